package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.ymm;

import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;

/**
 * Writes {@link QuantisedActivations}: {@code void quantise(const float* x, void* target, void*,
 * void*, long blocks)}. With AVX2 only, for all instruction sets: its time is nothing beside that
 * of a product.
 *
 * <p>The largest magnitude is found by comparing bit patterns as integers, so that a NaN, which is
 * larger than all, becomes the scale and shows in the result instead of vanishing.
 */
final class Quantise {
  /** A block's registers of eight values are ymm0 to ymm3. */
  private static final int REGISTERS = 4;

  /** The high plane, then the low one, as 32-bit integers in ymm4 to ymm7. */
  private static final int PLANE = 4;

  private static final int MAXIMUM = 4;
  private static final int D = 9;
  private static final int FACTOR = 10;
  private static final int SUM = 11;
  private static final int SCRATCH = 12;
  private static final int SMALLEST_MAGNITUDE = 13;
  private static final int LARGEST_INTEGER = 14;
  private static final int MAGNITUDE_BITS = 15;
  private static final int PACKED_ORDER = 8;

  /** Swaps 64-bit halves, then neighbours: after both, each element has met all four. */
  private static final int[] FOLDS = {0b01_00_11_10, 0b10_11_00_01};

  private final int planes;
  private final VectorAssembler a = VectorAssembler.withoutAvx512();
  private final Constants constants = new Constants();

  /** Only what is no number is rounded to less. */
  private final Memory smallestQ;

  private final Memory half = constants.ints(i -> 1 << QuantisedActivations.HIGH_BITS - 1);

  /** Packing works within 128-bit lanes; this puts the bytes in order, four at a time. */
  private final Memory packedOrder = constants.ints(i -> i % 8 / 2 + i % 2 * 4);

  Quantise(int planes) {
    this.planes = planes;
    this.smallestQ = constants.ints(i -> -QuantisedActivations.largest(planes));
  }

  VectorAssembler generate() {
    Label loop = new Label();
    constants.loadInts(a, ymm(MAGNITUDE_BITS), i -> 0x7FFFFFFF);
    constants.loadInts(
        a,
        ymm(LARGEST_INTEGER),
        i -> Float.floatToRawIntBits(QuantisedActivations.largest(planes)));
    constants.loadInts(
        a, ymm(SMALLEST_MAGNITUDE), i -> Float.floatToRawIntBits(QuantisedActivations.SMALLEST));
    a.vmovups(ymm(PACKED_ORDER), packedOrder);

    a.bind(loop);
    for (int i = 0; i < REGISTERS; i++) {
      a.vmovups(ymm(i), Memory.mem(rdi, 32 * i));
    }
    maximum();
    // d = max / N; factor = N / max(smallest, max). vmaxps returns its second operand for NaN.
    a.vdivps(xmm(D), xmm(MAXIMUM), xmm(LARGEST_INTEGER));
    a.vmaxps(xmm(FACTOR), xmm(SMALLEST_MAGNITUDE), xmm(MAXIMUM));
    a.vdivps(xmm(FACTOR), xmm(LARGEST_INTEGER), xmm(FACTOR));
    a.vbroadcastss(ymm(FACTOR), xmm(FACTOR));
    for (int i = 0; i < REGISTERS; i++) {
      a.vmulps(ymm(i), ymm(i), ymm(FACTOR));
      a.vcvtps2dq(ymm(i), ymm(i));
      a.vpmaxsd(ymm(i), ymm(i), smallestQ);
    }
    storePlanes();
    storeSums();
    a.add(rdi, 4 * Panel.BLOCK_COLUMNS);
    a.add(rsi, QuantisedActivations.blockBytes(planes));
    a.dec(r8);
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

  /** Stores the integers of ymm0 to ymm3, which stay. */
  private void storePlanes() {
    for (int i = 0; i < REGISTERS; i++) {
      if (planes == 1) {
        a.vmovups(ymm(PLANE + i), ymm(i));
      } else {
        a.vpaddd(ymm(PLANE + i), ymm(i), half);
        a.vpsrad(ymm(PLANE + i), ymm(PLANE + i), QuantisedActivations.HIGH_BITS);
      }
    }
    if (planes == 1) {
      storeBytes(0);
      return;
    }
    // Packing overwrites; the low plane is what the high one leaves of the integers.
    for (int i = 0; i < REGISTERS; i++) {
      a.vpslld(ymm(SCRATCH), ymm(PLANE + i), QuantisedActivations.HIGH_BITS);
      a.vpsubd(ymm(SCRATCH), ymm(i), ymm(SCRATCH));
      a.vmovups(below(i), ymm(SCRATCH));
    }
    storeBytes(0);
    for (int i = 0; i < REGISTERS; i++) {
      a.vmovups(ymm(PLANE + i), below(i));
    }
    storeBytes(1);
  }

  /** Memory below the stack pointer, which the System V convention leaves to a leaf function. */
  private static Memory below(int i) {
    return Memory.mem(rsp, -32 * (i + 1));
  }

  /** Stores the integers of ymm4 to ymm7 as bytes of a plane. */
  private void storeBytes(int plane) {
    a.vpackssdw(ymm(4), ymm(4), ymm(5));
    a.vpackssdw(ymm(6), ymm(6), ymm(7));
    a.vpacksswb(ymm(4), ymm(4), ymm(6));
    a.vpermd(ymm(4), ymm(PACKED_ORDER), ymm(4));
    a.vmovups(Memory.mem(rsi, plane * Panel.BLOCK_COLUMNS), ymm(4));
  }

  /** Stores d, d · Σ q and the negated sums of the integers in ymm0 to ymm3. */
  private void storeSums() {
    a.vpaddd(ymm(0), ymm(0), ymm(1));
    a.vpaddd(ymm(1), ymm(2), ymm(3));
    a.vpaddd(ymm(1), ymm(1), ymm(0));
    for (int sum = 0; sum < 2; sum++) {
      a.vextracti128(xmm(2), ymm(sum), 1);
      a.vpaddd(xmm(sum), xmm(sum), xmm(2));
      for (int fold : FOLDS) {
        a.vpshufd(xmm(2), xmm(sum), fold);
        a.vpaddd(xmm(sum), xmm(sum), xmm(2));
      }
    }
    a.vcvtdq2ps(xmm(SUM), xmm(1));
    a.vmulps(xmm(SUM), xmm(SUM), xmm(D));
    a.vmovss(Memory.mem(rsi, QuantisedActivations.d(planes)), xmm(D));
    a.vmovss(Memory.mem(rsi, QuantisedActivations.sum(planes)), xmm(SUM));
    a.vxorps(xmm(2), xmm(2), xmm(2));
    a.vpsubd(xmm(0), xmm(2), xmm(0));
    a.vpsubd(xmm(1), xmm(2), xmm(1));
    a.vmovd(Memory.mem(rsi, QuantisedActivations.n16(planes)), xmm(0));
    a.vmovd(Memory.mem(rsi, QuantisedActivations.n32(planes)), xmm(1));
  }
}
