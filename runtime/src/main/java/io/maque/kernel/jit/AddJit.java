package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;

import io.maque.asm.ExecutableMemory;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Add;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * {@code void add(float* x, const float* y, long whole, long rest)}; see {@link Lanes}. With 256
 * bits:
 *
 * <pre>
 *   mov        r10, 8
 *   sub        r10, rcx
 *   lea        r11, [ones, then zeros]
 *   vmovups    ymm15, [r11+r10*4]
 *   test       rdx, rdx
 *   jz         tail
 *   loop:
 *   vmovups    ymm0, [rdi]
 *   vmovups    ymm1, [rsi]
 *   vaddps     ymm0, ymm0, ymm1
 *   vmovups    [rdi], ymm0
 *   add        rdi, 32
 *   add        rsi, 32
 *   dec        rdx
 *   jnz        loop
 *   tail:
 *   vmaskmovps ymm0, ymm15, [rdi]
 *   vmaskmovps ymm1, ymm15, [rsi]
 *   vaddps     ymm0, ymm0, ymm1
 *   vmaskmovps [rdi], ymm15, ymm0
 *   vzeroupper
 *   ret
 * </pre>
 */
final class AddJit implements Add {
  private final Isa isa;
  private final MethodHandle function;

  AddJit(Isa isa) {
    this.isa = isa;
    this.function = ExecutableMemory.function(generate(isa).toBytes(), Lanes.TWO_ARRAYS);
  }

  @Override
  public String name() {
    return "Add" + isa.suffix();
  }

  @Override
  public void add(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count) {
    MemorySegment xs = Lanes.slice(x, xOffset, count);
    MemorySegment ys = Lanes.slice(y, yOffset, count);
    Native.call(() -> {
      function.invokeExact(xs, ys, Lanes.whole(isa, count), Lanes.rest(isa, count));
    });
  }

  static VectorAssembler generate(Isa isa) {
    VectorAssembler a = isa.assembler();
    Constants constants = new Constants();
    Lanes lanes = new Lanes(isa, a, constants);
    Lanes.Part rest = lanes.first(rcx, 1, 15, k1);
    lanes.forEach(
        rdx,
        List.of(rdi, rsi),
        rest,
        part -> {
          lanes.load(isa.v(0), Memory.mem(rdi), part);
          lanes.load(isa.v(1), Memory.mem(rsi), part);
          a.vaddps(isa.v(0), isa.v(0), isa.v(1));
          lanes.store(Memory.mem(rdi), isa.v(0), part);
        });
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }
}
