package io.maque.asm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes code that was written as data visible to the instruction fetches of 64-bit ARM, whose
 * caches for the two may differ; x86 needs nothing of the kind. The C library has no function for
 * it, and that of the compiler's library ({@code __clear_cache}) cannot be relied on to be there,
 * so this is the sequence of the Arm manual (DDI 0487, B2.7.4.2): data lines to where both meet,
 * instruction lines dropped, and a barrier after each.
 *
 * <p>This code itself is visible when it is first run, because Linux does the same with a fresh
 * page that becomes executable. It stands here as words, since the assembler lies above this
 * package; a test compares them with what that makes.
 */
final class InstructionCache {

  /** {@code void synchronise(const void* begin, const void* end)}, begin at the start of a line. */
  private static final int[] SYNCHRONISE = {
    0xD53B0022, // mrs x2, ctr_el0
    0xD2800083, // mov x3, #4
    0xD3504C44, // ubfx x4, x2, #16, #4      ; log₂ of the words of a data line
    0x9AC42064, // lsl x4, x3, x4
    0xAA0003E5, // mov x5, x0
    0xD50B7B25, // data: dc cvau, x5
    0x8B0400A5, // add x5, x5, x4
    0xEB0100BF, // cmp x5, x1
    0x54FFFFA3, // b.lo data
    0xD5033B9F, // dsb ish
    0xD3400C44, // ubfx x4, x2, #0, #4       ; of an instruction line
    0x9AC42064, // lsl x4, x3, x4
    0xD50B7520, // instructions: ic ivau, x0
    0x8B040000, // add x0, x0, x4
    0xEB01001F, // cmp x0, x1
    0x54FFFFA3, // b.lo instructions
    0xD5033B9F, // dsb ish
    0xD5033FDF, // isb
    0xD65F03C0, // ret
  };

  private InstructionCache() {}

  /** The code of {@link #SYNCHRONISE}. */
  static byte[] code() {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * SYNCHRONISE.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(SYNCHRONISE);
    return bytes.array();
  }
}
