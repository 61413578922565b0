package io.maque.generate;

/** A request on its way. One thread awaits it; any thread may cancel it. */
public interface GenerationHandle {

  /**
   * Gives the pieces to {@code listener} on this thread as they come and returns when the answer is
   * complete. To be called once. When the listener throws, or this thread is interrupted, the
   * request is cancelled.
   *
   * @throws GenerationInterruptedException when this thread is interrupted; the flag stays set
   * @throws io.maque.engine.EngineClosedException when the model is closed meanwhile
   */
  Generation await(GenerationListener listener);

  /**
   * Ends the request within the time of one layer of the model, at whatever stage it is. {@link
   * #await} then returns what there is, with {@link io.maque.engine.FinishReason#CANCELLED}.
   * Without effect on a request that is complete.
   */
  void cancel();
}
