package io.maque.nn;

/** The smallest pieces of work that are worth handing to another thread. */
final class Grain {
  /**
   * Tokens per piece of cheap row-wise work (norms, rotations, preparing activations): about 10 µs
   * at usual widths, well above what waking a thread costs. Decoding a few streams stays inline.
   */
  static final int TOKENS = 8;

  /**
   * Weight rows of a panel: pieces of a matrix product are whole panels, so that kernels that work
   * on several rows at a time see whole groups.
   */
  static final int WEIGHT_ROWS = 16;

  /**
   * Weights of a piece, all tokens' uses of them counted: one to two microseconds of a thread,
   * where calling machine code takes a quarter of one.
   */
  private static final long PIECE_BYTES = 32 << 10;

  /** Pieces of {@link AttentionPlan} per piece of attention. */
  static final int ATTENTION = 1;

  private Grain() {}

  /**
   * Panels of a piece of a matrix product.
   *
   * @param panelBytes of weights in a panel, times tokens
   */
  static int panels(long panelBytes) {
    return (int) Math.max(1, PIECE_BYTES / panelBytes);
  }
}
