package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;

import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Softmax;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * {@code void apply(float* x, void*, void*, void*, long whole, long rest)}; see {@link Lanes}.
 * Three passes: the maximum, the exponentials and their sum, the division.
 */
final class SoftmaxJit implements Softmax {
  private final Isa isa;
  private final LazyFunction function;

  SoftmaxJit(Isa isa) {
    this.isa = isa;
    this.function = new LazyFunction(() -> generate(isa));
  }

  @Override
  public String name() {
    return "Softmax" + isa.suffix();
  }

  @Override
  public void apply(MemorySegment x, long offset, int count) {
    Objects.checkIndex(0, count);
    MemorySegment nothing = MemorySegment.NULL;
    function
        .get()
        .call(
            Lanes.slice(x, offset, count),
            nothing,
            nothing,
            nothing,
            Lanes.whole(isa, count),
            Lanes.rest(isa, count));
  }

  static VectorAssembler generate(Isa isa) {
    VectorAssembler a = isa.assembler();
    Constants constants = new Constants();
    Lanes lanes = new Lanes(isa, a, constants);
    Lanes.Part rest = lanes.first(r9, 1, 15, k1);
    Vec value = isa.v(0);
    Vec largest = isa.v(1);
    Vec sum = isa.v(2);
    Vec scratch = isa.v(3);
    // Elements beyond the row take part as the first one does.
    Vec first = isa.v(4);
    a.vbroadcastss(first, Memory.mem(rdi));
    a.vmovups(largest, first);
    a.mov(rdx, rdi);
    a.mov(rax, r8);
    lanes.forEach(
        rax,
        List.of(rdx),
        rest,
        part -> {
          lanes.load(value, Memory.mem(rdx), part);
          part.ifPresent(some -> {
            some.merge(first, value, scratch);
            a.vmovups(value, first);
          });
          a.vmaxps(largest, largest, value);
        });
    Reductions.max(a, largest, scratch);
    a.vxorps(sum, sum, sum);
    a.mov(rdx, rdi);
    a.mov(rax, r8);
    Exponential exponential = new Exponential(a, constants);
    lanes.forEach(
        rax,
        List.of(rdx),
        rest,
        part -> {
          lanes.load(value, Memory.mem(rdx), part);
          a.vsubps(value, value, largest);
          exponential.emit(value, isa.v(5), isa.v(6), isa.v(7));
          part.ifPresent(some -> some.keep(value));
          a.vaddps(sum, sum, value);
          lanes.store(Memory.mem(rdx), value, part);
        });
    Reductions.sum(a, sum, scratch);
    lanes.forEach(
        r8,
        List.of(rdi),
        rest,
        part -> {
          lanes.load(value, Memory.mem(rdi), part);
          a.vdivps(value, value, sum);
          lanes.store(Memory.mem(rdi), value, part);
        });
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }
}
