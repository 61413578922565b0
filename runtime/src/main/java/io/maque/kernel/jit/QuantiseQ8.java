package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.ymm;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;

/**
 * Writes {@link Q8Activations}: {@code void quantise(const float* x, void* target, long blocks)}.
 *
 * <p>The largest magnitude is found by comparing bit patterns as integers, so that a NaN, which is
 * larger than all, becomes the scale and shows in the result instead of vanishing.
 */
final class QuantiseQ8 {
  /** Magnitudes below this count as zero, so that 127 divided by one is finite. */
  static final float SMALLEST = 1e-35f;

  private static final int MAGNITUDE_BITS = 31;
  private static final int LARGEST_INTEGER = 30;
  private static final int SMALLEST_MAGNITUDE = 29;

  /** Swaps 64-bit halves, then neighbours: after both, each element has met all four. */
  private static final int[] FOLDS = {0b01_00_11_10, 0b10_11_00_01};

  private QuantiseQ8() {}

  static VectorAssembler generate() {
    VectorAssembler a = new VectorAssembler();
    Constants constants = new Constants();
    Label loop = new Label();
    constants.loadInts(a, zmm(MAGNITUDE_BITS), i -> 0x7FFFFFFF);
    constants.loadInts(a, zmm(LARGEST_INTEGER), i -> Float.floatToRawIntBits(127));
    constants.loadInts(a, zmm(SMALLEST_MAGNITUDE), i -> Float.floatToRawIntBits(SMALLEST));

    a.bind(loop);
    a.vmovups(zmm(0), Memory.mem(rdi));
    a.vmovups(zmm(1), Memory.mem(rdi, 64));
    maximum(a);
    // d = max / 127; factor = 127 / max(smallest, max). vmaxps returns its second operand for NaN.
    a.vdivps(xmm(3), xmm(2), xmm(LARGEST_INTEGER));
    a.vmaxps(xmm(4), xmm(SMALLEST_MAGNITUDE), xmm(2));
    a.vdivps(xmm(4), xmm(LARGEST_INTEGER), xmm(4));
    a.vbroadcastss(zmm(4), xmm(4));
    for (int half = 0; half < 2; half++) {
      a.vmulps(zmm(half), zmm(half), zmm(4));
      a.vcvtps2dq(zmm(half), zmm(half));
      a.vpmovsdb(Memory.mem(rsi, 16 * half), zmm(half));
      sum(a, half);
    }
    a.vpaddd(xmm(1), xmm(0), xmm(1));
    a.vcvtdq2ps(xmm(5), xmm(1));
    a.vmulps(xmm(5), xmm(5), xmm(3));
    a.vpxord(xmm(6), xmm(6), xmm(6));
    a.vpsubd(xmm(0), xmm(6), xmm(0));
    a.vpsubd(xmm(1), xmm(6), xmm(1));
    a.vmovss(Memory.mem(rsi, Q8Activations.D), xmm(3));
    a.vmovss(Memory.mem(rsi, Q8Activations.SUM), xmm(5));
    a.vmovd(Memory.mem(rsi, Q8Activations.N32), xmm(1));
    a.vmovd(Memory.mem(rsi, Q8Activations.N16), xmm(0));
    a.add(rdi, 4 * Panel.BLOCK_COLUMNS);
    a.add(rsi, Q8Activations.BLOCK_BYTES);
    a.dec(rdx);
    a.jnz(loop);

    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  /** The largest magnitude of zmm0 and zmm1, in all elements of xmm2. */
  private static void maximum(VectorAssembler a) {
    a.vpandd(zmm(2), zmm(0), zmm(MAGNITUDE_BITS));
    a.vpandd(zmm(3), zmm(1), zmm(MAGNITUDE_BITS));
    a.vpmaxsd(zmm(2), zmm(2), zmm(3));
    a.vextractf64x4(ymm(3), zmm(2), 1);
    a.vpmaxsd(ymm(2), ymm(2), ymm(3));
    a.vextracti128(xmm(3), ymm(2), 1);
    a.vpmaxsd(xmm(2), xmm(2), xmm(3));
    for (int fold : FOLDS) {
      a.vpshufd(xmm(3), xmm(2), fold);
      a.vpmaxsd(xmm(2), xmm(2), xmm(3));
    }
  }

  /** The sum of the integers of a register, in all its low elements. */
  private static void sum(VectorAssembler a, int register) {
    a.vextractf64x4(ymm(5), zmm(register), 1);
    a.vpaddd(ymm(register), ymm(register), ymm(5));
    a.vextracti128(xmm(5), ymm(register), 1);
    a.vpaddd(xmm(register), xmm(register), xmm(5));
    for (int fold : FOLDS) {
      a.vpshufd(xmm(5), xmm(register), fold);
      a.vpaddd(xmm(register), xmm(register), xmm(5));
    }
  }
}
