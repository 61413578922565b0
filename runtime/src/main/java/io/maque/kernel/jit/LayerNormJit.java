package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Vec.xmm;

import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.LayerNorm;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@code void normalize(const float* x, const float* weight, const float* bias, float* out, long
 * whole, long rest, float columns, float epsilon)}; see {@link Lanes}. Three passes: the mean, the
 * variance around it, the result.
 */
final class LayerNormJit implements LayerNorm {
  /** Of arguments on the stack, above the return address. */
  private static final int COLUMNS = 8;

  private static final int EPSILON = 16;

  private final Isa isa;
  private final LazyFunction function;

  LayerNormJit(Isa isa) {
    this.isa = isa;
    this.function = new LazyFunction(() -> generate(isa));
  }

  @Override
  public String name() {
    return "LayerNorm" + isa.suffix();
  }

  @Override
  public void normalize(
      MemorySegment x,
      long xOffset,
      int columns,
      MemorySegment weight,
      MemorySegment bias,
      float epsilon,
      MemorySegment out,
      long outOffset) {
    function
        .get()
        .call(
            Lanes.slice(x, xOffset, columns),
            Lanes.slice(weight, 0, columns),
            Lanes.slice(bias, 0, columns),
            Lanes.slice(out, outOffset, columns),
            Lanes.whole(isa, columns),
            Lanes.rest(isa, columns),
            Float.floatToRawIntBits(columns),
            Float.floatToRawIntBits(epsilon),
            0);
  }

  static VectorAssembler generate(Isa isa) {
    VectorAssembler a = isa.assembler();
    Constants constants = new Constants();
    Lanes lanes = new Lanes(isa, a, constants);
    Lanes.Part rest = lanes.first(r9, 1, 15, k1);
    Vec mean = isa.v(1);
    Vec scale = isa.v(2);
    Vec value = isa.v(3);
    Vec other = isa.v(4);
    a.vxorps(mean, mean, mean);
    a.mov(r10, rdi);
    a.mov(rax, r8);
    lanes.forEach(
        rax,
        List.of(r10),
        rest,
        part -> {
          lanes.load(value, Memory.mem(r10), part);
          a.vaddps(mean, mean, value);
        });
    divideByColumns(a, mean, value);
    a.vxorps(scale, scale, scale);
    a.mov(r10, rdi);
    a.mov(rax, r8);
    lanes.forEach(
        rax,
        List.of(r10),
        rest,
        part -> {
          lanes.load(value, Memory.mem(r10), part);
          a.vsubps(value, value, mean);
          part.ifPresent(some -> some.keep(value));
          a.vfmadd231ps(scale, value, value);
        });
    divideByColumns(a, scale, value);
    a.vbroadcastss(value, Memory.mem(rsp, EPSILON));
    a.vaddps(scale, scale, value);
    a.vsqrtps(xmm(2), xmm(2));
    constants.loadFloats(a, xmm(3), 1);
    a.vdivps(xmm(2), xmm(3), xmm(2));
    a.vbroadcastss(scale, xmm(2));
    lanes.forEach(
        r8,
        List.of(rdi, rsi, rdx, rcx),
        rest,
        part -> {
          lanes.load(value, Memory.mem(rdi), part);
          a.vsubps(value, value, mean);
          a.vmulps(value, value, scale);
          lanes.load(other, Memory.mem(rsi), part);
          a.vmulps(value, value, other);
          lanes.load(other, Memory.mem(rdx), part);
          a.vaddps(value, value, other);
          lanes.store(Memory.mem(rcx), value, part);
        });
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  /** The sum of all elements divided by the number of columns, in every element. */
  private static void divideByColumns(VectorAssembler a, Vec sum, Vec scratch) {
    Reductions.sum(a, sum, scratch);
    a.vbroadcastss(scratch, Memory.mem(rsp, COLUMNS));
    a.vdivps(sum, sum, scratch);
  }
}
