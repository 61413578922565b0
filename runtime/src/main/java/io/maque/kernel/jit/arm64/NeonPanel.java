package io.maque.kernel.jit.arm64;

import io.maque.kernel.jit.PanelKind;
import io.maque.kernel.jit.QuantisedActivations;

/**
 * Eight weight rows, unpacked block by block. One block, 32 columns of each row, is
 *
 * <pre>
 *                     DOTPROD                        I8MM
 *     0  s8[16][16]   [8][8][4]: columns 4j..4j+3    [4][8][8]: columns 8j..8j+7
 *                     of row r at 32j + 4r           of row r at 64j + 8r
 *   256  f32[8]       scale of each row
 *   288  f32[][8]     further rows of scales, as many as {@link PanelKind} has
 * </pre>
 *
 * so that one register holds the same four columns of four rows, or the same eight columns of two.
 * Values are what the format means, without an offset: both instructions take signed bytes.
 *
 * @param isa decides how values lie
 * @param kind what the scales mean
 * @param activationPlanes planes of the activations that values meet
 */
record NeonPanel(NeonIsa isa, PanelKind kind, int activationPlanes) {
  static final int ROWS = 8;

  static final int REGISTER_BYTES = 16;

  /** Four rows each, for what is one 32-bit element in a row. */
  static final int ROW_GROUPS = 2;

  private static final int VALUES_BYTES = ROWS * QuantisedActivations.BLOCK_COLUMNS;

  NeonPanel(NeonIsa isa, PanelKind kind) {
    this(isa, kind, 1);
  }

  /** Registers of values that hold the same columns of all rows. */
  int registersTogether() {
    return ROWS * isa.columns() / REGISTER_BYTES;
  }

  /**
   * Byte of a register of values.
   *
   * @param j which {@link NeonIsa#columns} of the block
   * @param i which of the registers with these columns
   */
  int values(int j, int i) {
    return REGISTER_BYTES * (j * registersTogether() + i);
  }

  /** Byte of row {@code i} of the scales, for weight rows {@code 4 · group} to {@code + 3}. */
  int scales(int i, int group) {
    return VALUES_BYTES + ROWS * Float.BYTES * i + REGISTER_BYTES * group;
  }

  /** Bytes of one block. */
  int blockBytes() {
    return scales(kind.scales(), 0);
  }
}
