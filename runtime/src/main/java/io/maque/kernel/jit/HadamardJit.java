package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Vec.ymm;

import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Hadamard;
import java.lang.foreign.MemorySegment;

/**
 * {@link Hadamard}: {@code void transform(float* values, void*, void*, void*, long blocks)}. With
 * AVX2 only, for all instruction sets. A block is in ymm0 to ymm3: elements 16 and 8 apart are in
 * different registers; those nearer meet by turning a register, whose partner's sign is changed
 * where the difference goes:
 *
 * <pre>
 *   vaddps      ymm4, ymm0, ymm2       ; 16 apart
 *   vsubps      ymm2, ymm0, ymm2
 *   ...
 *   vperm2f128  ymm8, ymm0, ymm0, 1    ; 4 apart: the other half
 *   vxorps      ymm0, ymm0, ymm12      ; signs of the upper half
 *   vaddps      ymm0, ymm8, ymm0
 * </pre>
 */
final class HadamardJit implements Hadamard {
  private static final int REGISTERS = 4;
  private static final int TURNED = 8;
  private static final int SCALE_FACTOR = 11;

  /** Signs of the elements that are subtracted, 4, 2 and 1 apart. */
  private static final int SIGNS = 12;

  /** Swap 64-bit halves; swap neighbours. */
  private static final int HALVES = 0b01_00_11_10;

  private static final int NEIGHBOURS = 0b10_11_00_01;

  private final Isa isa;
  private final LazyFunction function = new LazyFunction(HadamardJit::generate);

  HadamardJit(Isa isa) {
    this.isa = isa;
  }

  @Override
  public String name() {
    return "Hadamard" + isa.suffix();
  }

  @Override
  public void transform(MemorySegment values, long offset, int count) {
    if (count < BLOCK || count % BLOCK != 0) {
      throw new IllegalArgumentException(
          "expected blocks of %d values, found %d values".formatted(BLOCK, count));
    }
    // Machine code checks nothing: every byte it may touch is proven to be inside first.
    MemorySegment all = values.asSlice(offset, (long) count * Float.BYTES);
    function
        .get()
        .call(all, MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL, count / BLOCK, 0);
  }

  private static VectorAssembler generate() {
    VectorAssembler a = VectorAssembler.withoutAvx512();
    Constants constants = new Constants();
    Label loop = new Label();
    constants.loadFloats(a, ymm(SCALE_FACTOR), SCALE);
    for (int stage = 0; stage < 3; stage++) {
      int distance = 4 >> stage;
      constants.loadInts(a, ymm(SIGNS + stage), i -> (i & distance) == 0 ? 0 : Integer.MIN_VALUE);
    }
    a.bind(loop);
    for (int i = 0; i < REGISTERS; i++) {
      a.vmovups(ymm(i), Memory.mem(rdi, 32 * i));
    }
    addAndSubtract(a, 0, 2);
    addAndSubtract(a, 1, 3);
    addAndSubtract(a, 0, 1);
    addAndSubtract(a, 2, 3);
    for (int i = 0; i < REGISTERS; i++) {
      a.vperm2f128(ymm(TURNED), ymm(i), ymm(i), 1);
      addTurned(a, i, SIGNS);
      a.vpshufd(ymm(TURNED), ymm(i), HALVES);
      addTurned(a, i, SIGNS + 1);
      a.vpshufd(ymm(TURNED), ymm(i), NEIGHBOURS);
      addTurned(a, i, SIGNS + 2);
      a.vmulps(ymm(i), ymm(i), ymm(SCALE_FACTOR));
      a.vmovups(Memory.mem(rdi, 32 * i), ymm(i));
    }
    a.add(rdi, BLOCK * Float.BYTES);
    a.dec(r8);
    a.jnz(loop);
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  /** Two registers become their sum and their difference. */
  private static void addAndSubtract(VectorAssembler a, int first, int second) {
    a.vaddps(ymm(TURNED), ymm(first), ymm(second));
    a.vsubps(ymm(second), ymm(first), ymm(second));
    a.vmovups(ymm(first), ymm(TURNED));
  }

  /** Adds what was turned to a register, whose elements are subtracted where signs say so. */
  private static void addTurned(VectorAssembler a, int register, int signs) {
    a.vxorps(ymm(register), ymm(register), ymm(signs));
    a.vaddps(ymm(register), ymm(TURNED), ymm(register));
  }
}
