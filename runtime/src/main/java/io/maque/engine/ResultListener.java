package io.maque.engine;

/**
 * Hears the one result of a request, on the engine thread: must be quick and never block.
 *
 * @param <T> what the request is to give
 */
public interface ResultListener<T> {

  /** The result; nothing follows. */
  void onResult(T result);

  /**
   * The request failed, or was cancelled ({@link java.util.concurrent.CancellationException});
   * nothing follows.
   */
  void onError(RuntimeException error);
}
