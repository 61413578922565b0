package io.maque.engine;

/** A request that was handed to the engine. */
public interface Submission {

  /**
   * Ends the request before the next layer of a forward pass; its listener hears of it on the
   * engine thread. Without effect when it has ended. Callable from any thread.
   */
  void cancel();
}
