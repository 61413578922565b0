package io.maque.generate;

/** A model ready to answer. Safe for use by many threads; must be closed. */
public interface LanguageModel extends AutoCloseable {

  /** How the model was named when it was opened; for messages and listings. */
  String name();

  /** What the model is. */
  ModelCard card();

  /**
   * Submits a request and awaits its answer on this thread.
   *
   * @see #submit
   * @see GenerationHandle#await
   */
  default Generation generate(GenerationRequest request, GenerationListener listener) {
    return submit(request).await(listener);
  }

  /**
   * Starts work on a request.
   *
   * @throws io.maque.engine.QueueFullException when too many requests wait already
   * @throws io.maque.engine.ContextLengthExceededException when the prompt does not fit the context
   * @throws io.maque.engine.EngineClosedException when the model is closed
   */
  GenerationHandle submit(GenerationRequest request);

  /**
   * The log-probability of each token of a text given those before it.
   *
   * @param tokens at least two vocabulary ids, at most the context length
   */
  Score score(int[] tokens);

  /** Ends running requests with an error and frees all memory. Idempotent. */
  @Override
  void close();
}
