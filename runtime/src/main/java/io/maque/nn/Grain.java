package io.maque.nn;

/** The smallest pieces of work that are worth handing to another thread. */
final class Grain {
  /**
   * Tokens per piece of cheap row-wise work (norms, rotations, preparing activations): about 10 µs
   * at usual widths, well above what waking a thread costs. Decoding a few streams stays inline.
   */
  static final int TOKENS = 8;

  /**
   * Weight rows per piece of a matrix product, so that kernels that work on several rows at a time
   * see whole groups: 16 rows are a few microseconds of decoding from memory.
   */
  static final int WEIGHT_ROWS = 16;

  /** Pieces of {@link AttentionPlan} per piece of attention. */
  static final int ATTENTION = 1;

  private Grain() {}
}
