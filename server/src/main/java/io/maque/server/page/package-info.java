/**
 * The web page as files: which there are, of what type, under which address, with which security
 * policy. The files themselves are the resources in {@code io/maque/server/web}, plain HTML, CSS
 * and ES modules that no build step touches, and libraries from WebJars.
 *
 * <p>Must not know models, requests or the web server. Start at {@link
 * io.maque.server.page.PageFiles}; of the page itself, at {@code web/js/main.js}.
 */
package io.maque.server.page;
