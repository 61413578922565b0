/**
 * Pictures as requests carry them, in either dialect: base64, data URLs and addresses of the web to
 * the bytes of a file. Looks at no pixel and knows no dialect. Start at {@link
 * io.maque.server.picture.Pictures}.
 */
package io.maque.server.picture;
