package io.maque.engine;

/** Whether the weights that an engine computes with are still those that were opened. */
@FunctionalInterface
public interface WeightsCheck {
  /** For weights that nothing can take away. */
  WeightsCheck NONE = () -> {};

  /**
   * Asked by any thread, before a request is taken and after every pass.
   *
   * @throws ModelFileChangedException when what was computed since they were opened may be wrong
   */
  void requireWhole();
}
