package io.maque.engine;

/**
 * A model's file lost pages that were read while it was open: it was cut short, or its disk fails.
 * The model serves nothing more until it is closed and opened again.
 */
public final class ModelFileChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param files what may be wrong
   */
  public ModelFileChangedException(String files) {
    super(
        "%s: a part that was there when it was opened cannot be read any more: the file was cut short or its disk fails; replace the file by renaming a whole one over it, then open the model again"
            .formatted(files));
  }
}
