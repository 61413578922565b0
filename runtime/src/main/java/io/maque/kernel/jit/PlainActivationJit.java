package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;

import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Activation;
import io.maque.kernel.PlainActivation;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@code void apply(float* x, void*, void*, void*, long whole, long rest)}; see {@link Lanes} and
 * {@link ActivationCode}.
 */
final class PlainActivationJit implements PlainActivation {
  private final Isa isa;
  private final Activation activation;
  private final LazyFunction function;

  PlainActivationJit(Isa isa, Activation activation) {
    this.isa = isa;
    this.activation = activation;
    this.function = new LazyFunction(() -> generate(isa, activation));
  }

  @Override
  public String name() {
    return activation.kernelName() + isa.suffix();
  }

  @Override
  public void apply(MemorySegment x, long offset, int count) {
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

  static VectorAssembler generate(Isa isa, Activation activation) {
    VectorAssembler a = isa.assembler();
    Constants constants = new Constants();
    Lanes lanes = new Lanes(isa, a, constants);
    ActivationCode code = new ActivationCode(isa, a, constants);
    Lanes.Part rest = lanes.first(r9, 1, 15, k1);
    lanes.forEach(
        r8,
        List.of(rdi),
        rest,
        part -> {
          lanes.load(isa.v(0), Memory.mem(rdi), part);
          code.emit(activation);
          lanes.store(Memory.mem(rdi), isa.v(0), part);
        });
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }
}
