package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.ExecutableMemory;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Add;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@code void add(float* x, const float* y, long whole, int tail)}; see {@link Lanes}. */
final class AddAvx512 implements Add {
  private final MethodHandle function =
      ExecutableMemory.function(generate().toBytes(), Lanes.TWO_ARRAYS);

  @Override
  public String name() {
    return "AddAvx512";
  }

  @Override
  public void add(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count) {
    MemorySegment xs = Lanes.slice(x, xOffset, count);
    MemorySegment ys = Lanes.slice(y, yOffset, count);
    Native.call(() -> {
      function.invokeExact(xs, ys, Lanes.whole(count), Lanes.tail(count));
    });
  }

  static VectorAssembler generate() {
    VectorAssembler a = new VectorAssembler();
    Label tail = new Label();
    Label loop = new Label();
    a.kmov(k1, rcx.low());
    a.test(rdx, rdx);
    a.jz(tail);
    a.bind(loop);
    a.vmovups(zmm(0), Memory.mem(rdi));
    a.vaddps(zmm(0), zmm(0), Memory.mem(rsi));
    a.vmovups(Memory.mem(rdi), zmm(0));
    a.add(rdi, Lanes.BYTES);
    a.add(rsi, Lanes.BYTES);
    a.dec(rdx);
    a.jnz(loop);
    a.bind(tail);
    a.vmovups(zmm(0).zeroed(k1), Memory.mem(rdi));
    a.vaddps(zmm(0).zeroed(k1), zmm(0), Memory.mem(rsi));
    a.vmovups(Memory.mem(rdi), zmm(0).masked(k1));
    a.vzeroupper();
    a.ret();
    return a;
  }
}
