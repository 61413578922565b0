package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Vec.xmm;

import io.maque.asm.ExecutableMemory;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.RmsNorm;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * {@code void normalize(const float* x, const float* weight, float* out, long whole, long rest,
 * float columns, float epsilon)}; see {@link Lanes}. Two passes: the sum of squares, then the
 * product.
 */
final class RmsNormJit implements RmsNorm {
  private static final FunctionDescriptor NORMALIZE =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_FLOAT,
          ValueLayout.JAVA_FLOAT);

  private final Isa isa;
  private final MethodHandle function;

  RmsNormJit(Isa isa) {
    this.isa = isa;
    this.function = ExecutableMemory.function(generate(isa).toBytes(), NORMALIZE);
  }

  @Override
  public String name() {
    return "RmsNorm" + isa.suffix();
  }

  @Override
  public void normalize(
      MemorySegment x,
      long xOffset,
      int columns,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long outOffset) {
    MemorySegment xs = Lanes.slice(x, xOffset, columns);
    MemorySegment weights = Lanes.slice(weight, 0, columns);
    MemorySegment outs = Lanes.slice(out, outOffset, columns);
    Native.call(() -> {
      function.invokeExact(
          xs,
          weights,
          outs,
          Lanes.whole(isa, columns),
          Lanes.rest(isa, columns),
          (float) columns,
          epsilon);
    });
  }

  static VectorAssembler generate(Isa isa) {
    VectorAssembler a = isa.assembler();
    Constants constants = new Constants();
    Lanes lanes = new Lanes(isa, a, constants);
    Vec scale = isa.v(2);
    Vec value = isa.v(3);
    Vec weight = isa.v(4);
    Lanes.Part rest = lanes.first(r8, 1, 15, k1);
    a.vxorps(scale, scale, scale);
    a.mov(r9, rdi);
    a.mov(rax, rcx);
    lanes.forEach(
        rax,
        List.of(r9),
        rest,
        part -> {
          lanes.load(value, Memory.mem(r9), part);
          a.vfmadd231ps(scale, value, value);
        });
    Reductions.sum(a, scale, value);
    a.vdivps(xmm(2), xmm(2), xmm(0));
    a.vaddps(xmm(2), xmm(2), xmm(1));
    a.vsqrtps(xmm(2), xmm(2));
    constants.loadFloats(a, xmm(3), 1);
    a.vdivps(xmm(2), xmm(3), xmm(2));
    a.vbroadcastss(scale, xmm(2));
    lanes.forEach(
        rcx,
        List.of(rdi, rsi, rdx),
        rest,
        part -> {
          lanes.load(value, Memory.mem(rdi), part);
          lanes.load(weight, Memory.mem(rsi), part);
          a.vmulps(value, value, scale);
          a.vmulps(value, value, weight);
          lanes.store(Memory.mem(rdx), value, part);
        });
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }
}
