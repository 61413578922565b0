package io.maque.server.http;

/** One endpoint: validates, calls, converts, in some thirty lines. */
@FunctionalInterface
public interface Endpoint {

  /**
   * Answers one request, on a virtual thread of its own. What is thrown becomes an error in the
   * client's dialect; after the begin of a stream, its last event.
   */
  void handle(Exchange exchange);
}
