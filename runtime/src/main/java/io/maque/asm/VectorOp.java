package io.maque.asm;

/**
 * What decides the encoding of one vector instruction, in the terms of the Intel manual (volume 2,
 * chapter 2): {@code VEX/EVEX.pp.map.W opcode}.
 *
 * @param mnemonic as written in assembly
 * @param pp mandatory prefix: 0 none, 1 {@code 66}, 2 {@code F3}, 3 {@code F2}
 * @param map opcode map: 1 {@code 0F}, 2 {@code 0F38}, 3 {@code 0F3A}
 * @param w the W bit in each form
 * @param opcode opcode byte
 * @param memory how much memory an operand covers, for EVEX's compressed displacement
 * @param form which encodings exist
 */
record VectorOp(String mnemonic, int pp, int map, W w, int opcode, Extent memory, Form form) {

  /** The W bit. */
  enum W {
    W0,
    W1,
    /** 0 (or ignored) in VEX, 1 in EVEX: instructions on 64-bit elements. */
    EVEX_W1;

    int vex() {
      return this == W1 ? 1 : 0;
    }

    int evex() {
      return this == W0 ? 0 : 1;
    }
  }

  /** Which encodings an instruction has. */
  enum Form {
    VEX,
    EVEX,
    BOTH,
    /** Both, and an assembler told nothing would choose EVEX; AVX-VNNI is the younger form. */
    BOTH_EVEX_FIRST
  }

  /** Memory an operand covers. */
  enum Extent {
    FULL,
    HALF,
    QUARTER,
    EIGHTH,
    BYTES_1,
    BYTES_2,
    BYTES_4,
    BYTES_8,
    BYTES_16,
    BYTES_32;

    /** Bytes covered when the vector has {@code bits}. */
    int bytes(int bits) {
      return switch (this) {
        case FULL -> bits / 8;
        case HALF -> bits / 16;
        case QUARTER -> bits / 32;
        case EIGHTH -> bits / 64;
        case BYTES_1 -> 1;
        case BYTES_2 -> 2;
        case BYTES_4 -> 4;
        case BYTES_8 -> 8;
        case BYTES_16 -> 16;
        case BYTES_32 -> 32;
      };
    }
  }
}
