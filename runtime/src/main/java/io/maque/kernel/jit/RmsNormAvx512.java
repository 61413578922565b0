package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.ExecutableMemory;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.RmsNorm;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * {@code void normalize(const float* x, const float* weight, float* out, long whole, int tail,
 * float columns, float epsilon)}; see {@link Lanes}. Two passes: the sum of squares, then the
 * product.
 */
final class RmsNormAvx512 implements RmsNorm {
  private static final FunctionDescriptor NORMALIZE =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_FLOAT,
          ValueLayout.JAVA_FLOAT);

  private final MethodHandle function = ExecutableMemory.function(generate().toBytes(), NORMALIZE);

  @Override
  public String name() {
    return "RmsNormAvx512";
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
          xs, weights, outs, Lanes.whole(columns), Lanes.tail(columns), (float) columns, epsilon);
    });
  }

  static VectorAssembler generate() {
    VectorAssembler a = new VectorAssembler();
    Constants constants = new Constants();
    a.kmov(k1, r8.low());
    a.vpxord(zmm(2), zmm(2), zmm(2));
    squares(a);
    a.vmovups(zmm(3).zeroed(k1), Memory.mem(r9));
    a.vfmadd231ps(zmm(2), zmm(3), zmm(3));
    Reductions.sum(a, 2, 3);
    a.vdivps(xmm(2), xmm(2), xmm(0));
    a.vaddps(xmm(2), xmm(2), xmm(1));
    a.vsqrtps(xmm(2), xmm(2));
    constants.loadFloats(a, xmm(3), 1);
    a.vdivps(xmm(2), xmm(3), xmm(2));
    a.vbroadcastss(zmm(2), xmm(2));
    products(a);
    a.vmovups(zmm(3).zeroed(k1), Memory.mem(rdi));
    a.vmulps(zmm(3), zmm(3), zmm(2));
    a.vmulps(zmm(3).zeroed(k1), zmm(3), Memory.mem(rsi));
    a.vmovups(Memory.mem(rdx), zmm(3).masked(k1));
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  /** Adds the squares of all whole registers to zmm2; r9 ends behind them. */
  private static void squares(VectorAssembler a) {
    Label loop = new Label();
    Label done = new Label();
    a.mov(r9, rdi);
    a.mov(rax, rcx);
    a.test(rax, rax);
    a.jz(done);
    a.bind(loop);
    a.vmovups(zmm(3), Memory.mem(r9));
    a.vfmadd231ps(zmm(2), zmm(3), zmm(3));
    a.add(r9, Lanes.BYTES);
    a.dec(rax);
    a.jnz(loop);
    a.bind(done);
  }

  private static void products(VectorAssembler a) {
    Label loop = new Label();
    Label done = new Label();
    a.test(rcx, rcx);
    a.jz(done);
    a.bind(loop);
    a.vmulps(zmm(3), zmm(2), Memory.mem(rdi));
    a.vmulps(zmm(3), zmm(3), Memory.mem(rsi));
    a.vmovups(Memory.mem(rdx), zmm(3));
    a.add(rdi, Lanes.BYTES);
    a.add(rsi, Lanes.BYTES);
    a.add(rdx, Lanes.BYTES);
    a.dec(rcx);
    a.jnz(loop);
    a.bind(done);
  }
}
