/**
 * The connections below the web server's HTTP: notices clients that leave while they are answered,
 * closes those that keep the server waiting, and tells HTTP/1.0, HTTP/1.1 and HTTP/2 apart. Must
 * not know requests' content. Start at {@link io.maque.server.connection.ClientConnection}.
 */
package io.maque.server.connection;
