package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.ymm;

import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;

/**
 * Writes {@link Q8Activations}: {@code void quantise(const float* x, void* target, long blocks)}.
 * With AVX2 only, for all instruction sets: its time is nothing beside that of a product.
 *
 * <p>The largest magnitude is found by comparing bit patterns as integers, so that a NaN, which is
 * larger than all, becomes the scale and shows in the result instead of vanishing.
 */
final class QuantiseQ8 {
  /** Magnitudes below this count as zero, so that 127 divided by one is finite. */
  static final float SMALLEST = 1e-35f;

  /** A block's registers of eight values are ymm0 to ymm3. */
  private static final int REGISTERS = 4;

  private static final int MAXIMUM = 4;
  private static final int D = 9;
  private static final int FACTOR = 10;
  private static final int SUM = 11;
  private static final int MAGNITUDE_BITS = 15;
  private static final int LARGEST_INTEGER = 14;
  private static final int SMALLEST_MAGNITUDE = 13;
  private static final int BYTE_ONES = 12;
  private static final int PACKED_ORDER = 8;

  /** Swaps 64-bit halves, then neighbours: after both, each element has met all four. */
  private static final int[] FOLDS = {0b01_00_11_10, 0b10_11_00_01};

  private final VectorAssembler a = VectorAssembler.withoutAvx512();
  private final Constants constants = new Constants();

  private final Memory wordOnes = constants.ints(i -> 0x0001_0001);

  /** Only what is no number is rounded to less. */
  private final Memory smallestQ = constants.bytes(i -> -127);

  /** Packing works within 128-bit lanes; this puts the bytes in order, four at a time. */
  private final Memory packedOrder = constants.ints(i -> i % 8 / 2 + i % 2 * 4);

  VectorAssembler generate() {
    Label loop = new Label();
    constants.loadInts(a, ymm(MAGNITUDE_BITS), i -> 0x7FFFFFFF);
    constants.loadInts(a, ymm(LARGEST_INTEGER), i -> Float.floatToRawIntBits(127));
    constants.loadInts(a, ymm(SMALLEST_MAGNITUDE), i -> Float.floatToRawIntBits(SMALLEST));
    constants.loadBytes(a, ymm(BYTE_ONES), 1);
    a.vmovups(ymm(PACKED_ORDER), packedOrder);

    a.bind(loop);
    for (int i = 0; i < REGISTERS; i++) {
      a.vmovups(ymm(i), Memory.mem(rdi, 32 * i));
    }
    maximum();
    // d = max / 127; factor = 127 / max(smallest, max). vmaxps returns its second operand for NaN.
    a.vdivps(xmm(D), xmm(MAXIMUM), xmm(LARGEST_INTEGER));
    a.vmaxps(xmm(FACTOR), xmm(SMALLEST_MAGNITUDE), xmm(MAXIMUM));
    a.vdivps(xmm(FACTOR), xmm(LARGEST_INTEGER), xmm(FACTOR));
    a.vbroadcastss(ymm(FACTOR), xmm(FACTOR));
    for (int i = 0; i < REGISTERS; i++) {
      a.vmulps(ymm(i), ymm(i), ymm(FACTOR));
      a.vcvtps2dq(ymm(i), ymm(i));
    }
    a.vpackssdw(ymm(0), ymm(0), ymm(1));
    a.vpackssdw(ymm(2), ymm(2), ymm(3));
    a.vpacksswb(ymm(0), ymm(0), ymm(2));
    a.vpmaxsb(ymm(0), ymm(0), smallestQ);
    a.vpermd(ymm(0), ymm(PACKED_ORDER), ymm(0));
    a.vmovups(Memory.mem(rsi), ymm(0));
    a.vmovss(Memory.mem(rsi, Q8Activations.D), xmm(D));
    storeSums();
    a.add(rdi, 4 * Panel.BLOCK_COLUMNS);
    a.add(rsi, Q8Activations.BLOCK_BYTES);
    a.dec(rdx);
    a.jnz(loop);

    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  /** The largest magnitude of a block, in all elements. */
  private void maximum() {
    for (int i = 0; i < REGISTERS; i++) {
      a.vandps(ymm(4 + i), ymm(i), ymm(MAGNITUDE_BITS));
    }
    a.vpmaxsd(ymm(4), ymm(4), ymm(5));
    a.vpmaxsd(ymm(6), ymm(6), ymm(7));
    a.vpmaxsd(ymm(4), ymm(4), ymm(6));
    a.vextracti128(xmm(5), ymm(4), 1);
    a.vpmaxsd(xmm(MAXIMUM), xmm(4), xmm(5));
    for (int fold : FOLDS) {
      a.vpshufd(xmm(5), xmm(MAXIMUM), fold);
      a.vpmaxsd(xmm(MAXIMUM), xmm(MAXIMUM), xmm(5));
    }
  }

  /** Stores d · Σ q and the negated sums of the bytes in ymm0. */
  private void storeSums() {
    a.vpmaddubsw(ymm(0), ymm(BYTE_ONES), ymm(0));
    a.vpmaddwd(ymm(0), ymm(0), wordOnes);
    a.vextracti128(xmm(1), ymm(0), 1);
    a.vpaddd(xmm(1), xmm(1), xmm(0));
    for (int sum = 0; sum < 2; sum++) {
      for (int fold : FOLDS) {
        a.vpshufd(xmm(2), xmm(sum), fold);
        a.vpaddd(xmm(sum), xmm(sum), xmm(2));
      }
    }
    a.vcvtdq2ps(xmm(SUM), xmm(1));
    a.vmulps(xmm(SUM), xmm(SUM), xmm(D));
    a.vmovss(Memory.mem(rsi, Q8Activations.SUM), xmm(SUM));
    a.vxorps(xmm(2), xmm(2), xmm(2));
    a.vpsubd(xmm(0), xmm(2), xmm(0));
    a.vpsubd(xmm(1), xmm(2), xmm(1));
    a.vmovd(Memory.mem(rsi, Q8Activations.N16), xmm(0));
    a.vmovd(Memory.mem(rsi, Q8Activations.N32), xmm(1));
  }
}
