package io.maque.kernel.jit;

/**
 * Sixteen weight rows, unpacked block by block. One block, 32 columns of each row, is
 *
 * <pre>
 *     0  u8[8][16][4]  values: bytes 4j..4j+3 of row r at 64j + 4r
 *   512  f32[16]       scale of each row
 *   576  f32[16]       second row of scales, see {@link Kind}; absent for {@link Kind#SCALED}
 * </pre>
 *
 * so that one 64-byte register holds the same four columns of all sixteen rows, and a dot-product
 * instruction forms sixteen output elements at once.
 *
 * @param kind what the scales mean
 * @param offsetBits log₂ of what the unsigned values exceed the signed ones by; unused for {@link
 *     Kind#SCALED_MIN}
 */
record Panel(Kind kind, int offsetBits) {
  static final int ROWS = 16;
  static final int BLOCK_COLUMNS = 32;

  /** Bytes of one register of values: four columns of all rows. */
  static final int VALUES_BYTES = 64;

  static final int VALUE_REGISTERS = BLOCK_COLUMNS / 4;
  static final int SCALES = VALUES_BYTES * VALUE_REGISTERS;
  static final int SECOND_SCALES = SCALES + 4 * ROWS;

  /** How a block's output is made of its integer products. */
  enum Kind {
    /** {@code scale · Σ (value - offset) · x}. */
    SCALED,
    /** {@code scale · Σ value · x + second · Σ x}. */
    SCALED_MIN,
    /** {@code scale} holds for columns 0 to 15 and {@code second} for 16 to 31. */
    SCALED_HALVES
  }

  /** Bytes of one block. */
  int blockBytes() {
    return kind == Kind.SCALED ? SECOND_SCALES : SECOND_SCALES + 4 * ROWS;
  }
}
