package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.Address.mem;
import static io.maque.asm.arm64.V.v;
import static io.maque.asm.arm64.X.*;

import io.maque.asm.Label;
import io.maque.asm.arm64.NeonAssembler;
import io.maque.asm.arm64.X;
import io.maque.kernel.jit.QuantisedActivations;

/**
 * Writes {@link QuantisedActivations}: {@code void quantise(const float* x, void* target, void*,
 * void*, long blocks)}. Leaves alone the registers that a function must keep.
 *
 * <p>The largest magnitude is found by comparing bit patterns as integers, so that a NaN, which is
 * larger than all, becomes the scale and shows in the result instead of vanishing.
 */
final class NeonQuantise {
  private static final X SOURCE = x0;
  private static final X TARGET = x1;
  private static final X BLOCKS = x4;

  /** A block's registers of four values: v0 to v7, and as integers v16 to v23. */
  private static final int REGISTERS = 8;

  private static final int INTEGERS = 16;
  private static final int LARGEST_INTEGER = 24;
  private static final int SMALLEST_MAGNITUDE = 25;

  /** What stands for what is no number. */
  private static final int SMALLEST_Q = 26;

  private static final int HALF = 27;
  private static final int MAXIMUM = 28;
  private static final int D = 29;
  private static final int FACTOR = 30;
  private static final int SCRATCH = 31;

  private final int planes;
  private final NeonAssembler a = new NeonAssembler();
  private final NeonConstants constants = new NeonConstants();

  NeonQuantise(int planes) {
    this.planes = planes;
  }

  NeonAssembler generate() {
    Label loop = new Label();
    int largest = QuantisedActivations.largest(planes);
    constants.loadInts(a, v(LARGEST_INTEGER), Float.floatToRawIntBits(largest));
    constants.loadInts(
        a, v(SMALLEST_MAGNITUDE), Float.floatToRawIntBits(QuantisedActivations.SMALLEST));
    constants.loadInts(a, v(SMALLEST_Q), -largest);
    constants.loadInts(a, v(HALF), 1 << QuantisedActivations.HIGH_BITS - 1);

    a.bind(loop);
    for (int i = 0; i < REGISTERS; i += 2) {
      a.ldp(v(i).q(), v(i + 1).q(), mem(SOURCE, 16 * i));
    }
    maximum();
    // d = max / N; factor = N / max(smallest, max).
    a.fdiv(v(D).s4(), v(MAXIMUM).s4(), v(LARGEST_INTEGER).s4());
    a.fmax(v(FACTOR).s4(), v(MAXIMUM).s4(), v(SMALLEST_MAGNITUDE).s4());
    a.fdiv(v(FACTOR).s4(), v(LARGEST_INTEGER).s4(), v(FACTOR).s4());
    for (int i = 0; i < REGISTERS; i++) {
      int q = INTEGERS + i;
      a.fmul(v(i).s4(), v(i).s4(), v(FACTOR).s4());
      a.fcmeq(v(q).s4(), v(i).s4(), v(i).s4());
      a.fcvtns(v(i).s4(), v(i).s4());
      a.bsl(v(q).b16(), v(i).b16(), v(SMALLEST_Q).b16());
    }
    storeSums();
    storePlanes();
    a.add(SOURCE, SOURCE, Float.BYTES * QuantisedActivations.BLOCK_COLUMNS);
    a.add(TARGET, TARGET, QuantisedActivations.blockBytes(planes));
    a.subs(BLOCKS, BLOCKS, 1);
    a.bne(loop);

    a.ret();
    constants.place(a);
    return a;
  }

  /** The largest magnitude of a block, in all elements. */
  private void maximum() {
    for (int i = 0; i < REGISTERS; i++) {
      a.fabs(v(INTEGERS + i).s4(), v(i).s4());
    }
    for (int step = 1; step < REGISTERS; step *= 2) {
      for (int i = INTEGERS; i < INTEGERS + REGISTERS; i += 2 * step) {
        a.smax(v(i).s4(), v(i).s4(), v(i + step).s4());
      }
    }
    a.smaxv(v(MAXIMUM).s(), v(INTEGERS).s4());
    a.dup(v(MAXIMUM).s4(), v(MAXIMUM).s(0));
  }

  /** Stores d, d · Σ q and the negated sums. */
  private void storeSums() {
    int first = MAXIMUM;
    int all = SCRATCH;
    sum(first, INTEGERS);
    sum(all, INTEGERS + 4);
    a.add(v(all).s4(), v(all).s4(), v(first).s4());
    a.scvtf(v(FACTOR).s4(), v(all).s4());
    a.fmul(v(FACTOR).s4(), v(FACTOR).s4(), v(D).s4());
    a.neg(v(all).s4(), v(all).s4());
    a.neg(v(first).s4(), v(first).s4());
    a.str(v(D).s(), mem(TARGET, QuantisedActivations.d(planes)));
    a.str(v(FACTOR).s(), mem(TARGET, QuantisedActivations.sum(planes)));
    a.str(v(all).s(), mem(TARGET, QuantisedActivations.n32(planes)));
    a.str(v(first).s(), mem(TARGET, QuantisedActivations.n16(planes)));
  }

  /** The sum of four registers' elements. */
  private void sum(int target, int four) {
    a.add(v(target).s4(), v(four).s4(), v(four + 1).s4());
    a.add(v(FACTOR).s4(), v(four + 2).s4(), v(four + 3).s4());
    a.add(v(target).s4(), v(target).s4(), v(FACTOR).s4());
    a.addv(v(target).s(), v(target).s4());
  }

  private void storePlanes() {
    if (planes == 1) {
      storeBytes(INTEGERS, 0);
      return;
    }
    for (int i = 0; i < REGISTERS; i++) {
      int q = INTEGERS + i;
      a.add(v(i).s4(), v(q).s4(), v(HALF).s4());
      a.sshr(v(i).s4(), v(i).s4(), QuantisedActivations.HIGH_BITS);
      // The low plane is what the high one leaves of the integers.
      a.shl(v(SCRATCH).s4(), v(i).s4(), QuantisedActivations.HIGH_BITS);
      a.sub(v(q).s4(), v(q).s4(), v(SCRATCH).s4());
    }
    storeBytes(0, 0);
    storeBytes(INTEGERS, 1);
  }

  /** Stores the low bytes of eight registers as a plane. */
  private void storeBytes(int first, int plane) {
    for (int i = first; i < first + REGISTERS; i += 4) {
      for (int j = i; j < i + 4; j += 2) {
        a.xtn(v(j).h4(), v(j).s4());
        a.xtn2(v(j).h8(), v(j + 1).s4());
      }
      a.xtn(v(i).b8(), v(i).h8());
      a.xtn2(v(i).b16(), v(i + 2).h8());
    }
    int to = plane * QuantisedActivations.BLOCK_COLUMNS;
    a.stp(v(first).q(), v(first + 4).q(), mem(TARGET, to));
  }
}
