package io.maque.kernel.jit;

/**
 * Where the arguments of a {@link PanelKernel#loop} are in the memory that it is called with: what
 * is multiplied, and the code that does it.
 */
public final class LoopArguments {
  /** For one activation: byte of the first row's output. */
  public static final int OUT = 16;

  /** Byte of the first row's first block in the weight. */
  public static final int ROW = 24;

  public static final int ROW_STRIDE = 32;
  public static final int X_STRIDE = 40;
  public static final int OUT_STRIDE = 48;
  public static final int PANELS = 56;

  /** Blocks of the weight format in a row. */
  public static final int BLOCKS = 64;

  /** How often the largest number of tokens is multiplied at once. */
  public static final int FULL_TILES = 72;

  /** How many tokens the product that comes last takes: those left over, or the largest number. */
  public static final int LAST_TOKENS = 80;

  /** Addresses of code; {@link #REST_PRODUCT} is 0 when no tokens are left over. */
  public static final int PACK = 88;

  public static final int FULL_PRODUCT = 96;
  public static final int REST_PRODUCT = 104;

  /** Memory for a stretch of a panel. */
  public static final int SCRATCH = 112;

  /** From here on the memory is the loop's own. */
  public static final int OWN = 120;

  public static final int BYTES = 176;

  private LoopArguments() {}
}
