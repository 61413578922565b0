package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Mask.k2;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Rope;
import io.maque.kernel.RopePairing;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * {@code void rotate(float* x, const float* angles, long heads, long headBytes, long pairBytes,
 * long rest)}: {@code pairBytes} are those of the cosines, {@code rest} the pairs that are left
 * over when NEOX takes a register of them at a time, and NORM half a register.
 */
final class RopeJit implements Rope {
  private static final Gp X = rdi;
  private static final Gp COSINES = rsi;
  private static final Gp SINES = rdx;
  private static final Gp PAIR_BYTES = rcx;
  private static final Gp HEADS = r8;
  private static final Gp HEAD_BYTES = r9;
  private static final Gp REST = rax;
  private static final Gp SECOND_HALF = rax;
  private static final Gp AT = r10;
  private static final Gp STEPS = r11;

  private static final int DUPLICATE = 12;
  private static final int NEGATE_EVEN = 13;
  private static final int REST_OF_VALUES = 14;
  private static final int REST_OF_PAIRS = 15;
  private static final int SWAP_NEIGHBOURS = 0b10_11_00_01;

  private final Isa isa;
  private final RopePairing pairing;
  private final LazyFunction function;

  RopeJit(Isa isa, RopePairing pairing) {
    this.isa = isa;
    this.pairing = pairing;
    this.function = new LazyFunction(() -> generate(isa, pairing));
  }

  @Override
  public String name() {
    return "Rope" + (pairing == RopePairing.NORM ? "Norm" : "Neox") + isa.suffix();
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
    long rest = pairs % pairsPerStep(isa, pairing);
    function
        .get()
        .call(
            xs,
            turns,
            MemorySegment.NULL,
            MemorySegment.NULL,
            heads,
            (long) headLength * Float.BYTES,
            (long) pairs * Float.BYTES,
            rest,
            0);
  }

  private static int pairsPerStep(Isa isa, RopePairing pairing) {
    return pairing == RopePairing.NEOX ? isa.floats() : isa.floats() / 2;
  }

  static VectorAssembler generate(Isa isa, RopePairing pairing) {
    return new Code(isa, pairing).generate();
  }

  private static final class Code {
    private final Isa isa;
    private final RopePairing pairing;
    private final VectorAssembler a;
    private final Constants constants = new Constants();
    private final Lanes lanes;

    Code(Isa isa, RopePairing pairing) {
      this.isa = isa;
      this.pairing = pairing;
      this.a = isa.assembler();
      this.lanes = new Lanes(isa, a, constants);
    }

    VectorAssembler generate() {
      Label head = new Label();
      // The third and fourth number lie on the stack, above the return address.
      a.mov(PAIR_BYTES, Memory.mem(rsp, 8));
      a.mov(REST, Memory.mem(rsp, 16));
      Lanes.Part pairs = lanes.first(REST, 1, REST_OF_PAIRS, k1);
      Lanes.Part values = pairs;
      if (pairing == RopePairing.NORM) {
        values = lanes.first(REST, 2, REST_OF_VALUES, k2);
        constants.loadInts(a, v(DUPLICATE), i -> i / 2);
        constants.loadInts(a, v(NEGATE_EVEN), i -> i % 2 == 0 ? 0x80000000 : 0);
      }
      a.lea(SINES, Memory.mem(COSINES, PAIR_BYTES, 1, 0));
      a.bind(head);
      a.lea(SECOND_HALF, Memory.mem(X, PAIR_BYTES, 1, 0));
      a.mov(AT, 0);
      a.mov(STEPS, PAIR_BYTES);
      int stepBytes = Float.BYTES * pairsPerStep(isa, pairing);
      a.shr(STEPS, Integer.numberOfTrailingZeros(stepBytes));
      rotateHead(stepBytes, pairs, values);
      a.add(X, HEAD_BYTES);
      a.dec(HEADS);
      a.jnz(head);
      a.vzeroupper();
      a.ret();
      constants.place(a);
      return a;
    }

    private void rotateHead(int stepBytes, Lanes.Part pairs, Lanes.Part values) {
      Label loop = new Label();
      Label tail = new Label();
      a.test(STEPS, STEPS);
      a.jz(tail);
      a.bind(loop);
      step(Optional.empty(), Optional.empty());
      a.add(AT, stepBytes);
      a.dec(STEPS);
      a.jnz(loop);
      a.bind(tail);
      step(Optional.of(pairs), Optional.of(values));
    }

    private void step(Optional<Lanes.Part> pairs, Optional<Lanes.Part> values) {
      if (pairing == RopePairing.NEOX) {
        stepNeox(pairs);
      } else {
        stepNorm(pairs, values);
      }
    }

    private void stepNeox(Optional<Lanes.Part> part) {
      Memory first = Memory.mem(X, AT, 1, 0);
      Memory second = Memory.mem(SECOND_HALF, AT, 1, 0);
      lanes.load(v(0), first, part);
      lanes.load(v(1), second, part);
      lanes.load(v(2), Memory.mem(COSINES, AT, 1, 0), part);
      lanes.load(v(3), Memory.mem(SINES, AT, 1, 0), part);
      a.vmulps(v(4), v(1), v(3));
      a.vmulps(v(5), v(0), v(3));
      a.vmulps(v(0), v(0), v(2));
      a.vmulps(v(1), v(1), v(2));
      a.vsubps(v(0), v(0), v(4));
      a.vaddps(v(1), v(1), v(5));
      lanes.store(first, v(0), part);
      lanes.store(second, v(1), part);
    }

    /** Angles fill half a register; each is wanted twice, the sine once negated. */
    private void stepNorm(Optional<Lanes.Part> pairs, Optional<Lanes.Part> values) {
      Memory both = Memory.mem(X, AT, 2, 0);
      lanes.load(v(0), both, values);
      lanes.load(half(2), Memory.mem(COSINES, AT, 1, 0), pairs);
      lanes.load(half(3), Memory.mem(SINES, AT, 1, 0), pairs);
      a.vpermps(v(2), v(DUPLICATE), v(2));
      a.vpermps(v(3), v(DUPLICATE), v(3));
      a.vxorps(v(3), v(3), v(NEGATE_EVEN));
      a.vpshufd(v(1), v(0), SWAP_NEIGHBOURS);
      a.vmulps(v(0), v(0), v(2));
      a.vmulps(v(1), v(1), v(3));
      a.vaddps(v(0), v(0), v(1));
      lanes.store(both, v(0), values);
    }

    private Vec v(int number) {
      return isa.v(number);
    }

    private Vec half(int number) {
      return isa.v(number).as(isa.bytes() * Byte.SIZE / 2);
    }
  }
}
