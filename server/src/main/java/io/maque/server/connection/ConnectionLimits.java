package io.maque.server.connection;

import java.time.Duration;

/**
 * How long a client may keep a connection waiting before it is closed.
 *
 * @param request from the first byte of a request to its last
 * @param write for the client to take what is sent; a stream that nobody reads fills the buffers of
 *     the operating system and then waits here
 * @param idle without a request
 */
public record ConnectionLimits(Duration request, Duration write, Duration idle) {

  /** Generous for people on phones, short for those who only want to hold a connection. */
  public static final ConnectionLimits DEFAULT =
      new ConnectionLimits(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(75));
}
