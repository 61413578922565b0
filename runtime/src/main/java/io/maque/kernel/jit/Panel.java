package io.maque.kernel.jit;

import io.maque.asm.Vec;

/**
 * Weight rows, as many as a register has 32-bit elements, unpacked block by block. One block, 32
 * columns of each of {@code R} rows, is
 *
 * <pre>
 *      0  i8[8][R][4]  values: bytes 4j..4j+3 of row r at 4Rj + 4r
 *    32R  f32[R]       scale of each row
 *    36R  f32[][R]     further rows of scales, as many as {@link PanelKind} has
 * </pre>
 *
 * so that one register holds the same four columns of all rows, and a dot-product instruction forms
 * {@code R} output elements at once.
 *
 * <p>A value of {@code b} bits is unsigned, and where the format means a signed one, it exceeds
 * that by {@code 2^(b-1)}. Only {@link #signedValues()} are stored as what they mean. The values of
 * a block are also what a tile of AMX wants on its right side: eight rows of {@code 4R} bytes.
 *
 * @param isa decides the number of rows
 * @param kind what the scales mean
 * @param valueBits 2 to 6, or 8
 * @param activationPlanes planes of the activations that values meet; see {@link
 *     QuantisedActivations}; two where precision is worth the time
 */
record Panel(Isa isa, PanelKind kind, int valueBits, int activationPlanes) {
  static final int BLOCK_COLUMNS = QuantisedActivations.BLOCK_COLUMNS;

  /** Registers of values in a block: four columns of all rows each. */
  static final int VALUE_REGISTERS = BLOCK_COLUMNS / 4;

  Panel {
    // The offset's share of the sum passes through the shift between two planes.
    boolean summable =
        kind == PanelKind.SCALED_MIN
            || kind == PanelKind.SCALED && valueBits > QuantisedActivations.HIGH_BITS;
    if (activationPlanes > 1 && !summable) {
      throw new IllegalArgumentException(
          "expected one plane of activations for %s of %d bits, found %d"
              .formatted(kind, valueBits, activationPlanes));
    }
  }

  Panel(Isa isa, PanelKind kind, int valueBits) {
    this(isa, kind, valueBits, 1);
  }

  /** Weight rows of a panel. */
  static int rows(Isa isa) {
    return isa.bytes() / Float.BYTES;
  }

  int rows() {
    return rows(isa);
  }

  /** Vector register {@code number}. */
  Vec v(int number) {
    return isa.v(number);
  }

  /** log₂ of what unsigned values exceed the signed ones by. */
  int offsetBits() {
    return valueBits - 1;
  }

  /**
   * Whether values are stored as signed bytes: tiles take them, and without VNNI, products of
   * unsigned bytes are summed in 16 bits, and two of 255 · 127 overflow them.
   */
  boolean signedValues() {
    return isa.hasTiles() || valueBits == 8 && !isa.hasVnni();
  }

  /** Whether a value of less than eight bits is to be stored less its offset. */
  boolean takesOffsetOff() {
    boolean meansSigned = kind == PanelKind.SCALED || kind == PanelKind.SCALED_HALVES;
    return signedValues() && meansSigned && valueBits < 8;
  }

  /** Byte of register {@code j} of the values. */
  int values(int j) {
    return isa.bytes() * j;
  }

  /** Byte of row {@code i} of the scales. */
  int scales(int i) {
    return isa.bytes() * (VALUE_REGISTERS + i);
  }

  /** Bytes of one block. */
  int blockBytes() {
    return scales(kind.scales());
  }
}
