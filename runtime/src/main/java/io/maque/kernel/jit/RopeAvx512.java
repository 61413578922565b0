package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Mask.k2;
import static io.maque.asm.Vec.ymm;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.ExecutableMemory;
import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Mask;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Rope;
import io.maque.kernel.RopePairing;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * {@code void rotate(float* x, const float* angles, long heads, long headBytes, long pairBytes, int
 * tail)}: {@code pairBytes} are those of the cosines, {@code tail} the mask of the last, incomplete
 * register of pairs, sixteen pairs for NEOX and eight for NORM.
 */
final class RopeAvx512 implements Rope {
  private static final FunctionDescriptor ROTATE =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT);

  private static final Gp X = rdi;
  private static final Gp COSINES = rsi;
  private static final Gp HEADS = rdx;
  private static final Gp HEAD_BYTES = rcx;
  private static final Gp PAIR_BYTES = r8;
  private static final Gp TAIL = r9;
  private static final Gp SINES = rbx;
  private static final Gp SECOND_HALF = rax;
  private static final Gp AT = r10;
  private static final Gp STEPS = r11;

  private static final int DUPLICATE = 30;
  private static final int NEGATE_EVEN = 31;
  private static final int SWAP_NEIGHBOURS = 0b10_11_00_01;

  private final RopePairing pairing;
  private final MethodHandle function;

  RopeAvx512(RopePairing pairing) {
    this.pairing = pairing;
    this.function = ExecutableMemory.function(generate(pairing).toBytes(), ROTATE);
  }

  private static int pairsPerStep(RopePairing pairing) {
    return pairing == RopePairing.NEOX ? Lanes.COUNT : Lanes.COUNT / 2;
  }

  @Override
  public String name() {
    return "Rope" + (pairing == RopePairing.NORM ? "Norm" : "Neox") + "Avx512";
  }

  @Override
  public void rotate(
      MemorySegment x,
      long offset,
      int heads,
      int headLength,
      int pairs,
      MemorySegment angles,
      long anglesOffset) {
    MemorySegment xs = Lanes.slice(x, offset, Math.multiplyExact(heads, headLength));
    MemorySegment turns = Lanes.slice(angles, anglesOffset, 2 * pairs);
    if (heads == 0 || 2 * pairs > headLength) {
      throw new IllegalArgumentException(
          "expected heads of at least %d values, found %d heads of %d"
              .formatted(2 * pairs, heads, headLength));
    }
    int tail = (1 << pairs % pairsPerStep(pairing)) - 1;
    Native.call(() -> {
      function.invokeExact(
          xs,
          turns,
          (long) heads,
          (long) headLength * Float.BYTES,
          (long) pairs * Float.BYTES,
          tail);
    });
  }

  static VectorAssembler generate(RopePairing pairing) {
    VectorAssembler a = new VectorAssembler();
    Constants constants = new Constants();
    Label head = new Label();
    Label loop = new Label();
    Label tail = new Label();
    a.push(SINES);
    a.kmov(k1, TAIL.low());
    if (pairing == RopePairing.NORM) {
      // Each pair's bit twice: the tail of x has two elements where that of the angles has one.
      constants.loadInts(a, zmm(DUPLICATE), i -> i / 2);
      constants.loadInts(a, zmm(NEGATE_EVEN), i -> i % 2 == 0 ? 0x80000000 : 0);
      doubleMask(a);
    }
    a.lea(SINES, Memory.mem(COSINES, PAIR_BYTES, 1, 0));
    a.bind(head);
    a.lea(SECOND_HALF, Memory.mem(X, PAIR_BYTES, 1, 0));
    a.mov(AT, 0);
    a.mov(STEPS, PAIR_BYTES);
    a.shr(STEPS, pairing == RopePairing.NEOX ? 6 : 5);
    a.jz(tail);
    a.bind(loop);
    step(a, pairing, null, null);
    a.add(AT, Float.BYTES * pairsPerStep(pairing));
    a.dec(STEPS);
    a.jnz(loop);
    a.bind(tail);
    step(a, pairing, k1, k2);
    a.add(X, HEAD_BYTES);
    a.dec(HEADS);
    a.jnz(head);
    a.vzeroupper();
    a.pop(SINES);
    a.ret();
    constants.place(a);
    return a;
  }

  /** k2 = k1 with each bit doubled, through the bytes of a vector. */
  private static void doubleMask(VectorAssembler a) {
    a.mov(AT, 0);
    for (int pair = 0; pair < Lanes.COUNT / 2; pair++) {
      a.mov(rax, TAIL);
      a.and(rax, 1 << pair);
      a.imul(rax, rax, 3 << pair);
      a.add(AT, rax);
    }
    a.kmov(k2, AT.low());
  }

  private static void step(VectorAssembler a, RopePairing pairing, Mask pairs, Mask elements) {
    if (pairing == RopePairing.NEOX) {
      stepNeox(a, pairs);
    } else {
      stepNorm(a, pairs, elements);
    }
  }

  private static void stepNeox(VectorAssembler a, Mask mask) {
    Memory first = Memory.mem(X, AT, 1, 0);
    Memory second = Memory.mem(SECOND_HALF, AT, 1, 0);
    a.vmovups(zeroed(zmm(0), mask), first);
    a.vmovups(zeroed(zmm(1), mask), second);
    a.vmovups(zeroed(zmm(2), mask), Memory.mem(COSINES, AT, 1, 0));
    a.vmovups(zeroed(zmm(3), mask), Memory.mem(SINES, AT, 1, 0));
    a.vmulps(zmm(4), zmm(1), zmm(3));
    a.vmulps(zmm(5), zmm(0), zmm(3));
    a.vmulps(zmm(0), zmm(0), zmm(2));
    a.vmulps(zmm(1), zmm(1), zmm(2));
    a.vsubps(zmm(0), zmm(0), zmm(4));
    a.vaddps(zmm(1), zmm(1), zmm(5));
    a.vmovups(first, masked(zmm(0), mask));
    a.vmovups(second, masked(zmm(1), mask));
  }

  private static void stepNorm(VectorAssembler a, Mask pairs, Mask elements) {
    Memory both = Memory.mem(X, AT, 2, 0);
    a.vmovups(zeroed(zmm(0), elements), both);
    a.vmovups(zeroed(ymm(2), pairs), Memory.mem(COSINES, AT, 1, 0));
    a.vmovups(zeroed(ymm(3), pairs), Memory.mem(SINES, AT, 1, 0));
    a.vpermps(zmm(2), zmm(DUPLICATE), zmm(2));
    a.vpermps(zmm(3), zmm(DUPLICATE), zmm(3));
    a.vpxord(zmm(3), zmm(3), zmm(NEGATE_EVEN));
    a.vpshufd(zmm(1), zmm(0), SWAP_NEIGHBOURS);
    a.vmulps(zmm(0), zmm(0), zmm(2));
    a.vmulps(zmm(1), zmm(1), zmm(3));
    a.vaddps(zmm(0), zmm(0), zmm(1));
    a.vmovups(both, masked(zmm(0), elements));
  }

  private static Vec zeroed(Vec register, Mask mask) {
    return mask == null ? register : register.zeroed(mask);
  }

  private static Vec masked(Vec register, Mask mask) {
    return mask == null ? register : register.masked(mask);
  }
}
