package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;

import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@code void apply(float* gate, const float* up, void*, void*, long whole, long rest)}; see {@link
 * Lanes} and {@link ActivationCode}.
 */
final class GatedActivationJit implements GatedActivation {
  private final Isa isa;
  private final Activation activation;
  private final LazyFunction function;

  GatedActivationJit(Isa isa, Activation activation) {
    this.isa = isa;
    this.activation = activation;
    this.function = new LazyFunction(() -> generate(isa, activation));
  }

  @Override
  public String name() {
    return activation.kernelName() + "Gate" + isa.suffix();
  }

  @Override
  public void apply(
      MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int count) {
    MemorySegment gates = Lanes.slice(gate, gateOffset, count);
    MemorySegment ups = Lanes.slice(up, upOffset, count);
    function
        .get()
        .call(
            gates,
            ups,
            MemorySegment.NULL,
            MemorySegment.NULL,
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
        List.of(rdi, rsi),
        rest,
        part -> {
          lanes.load(isa.v(0), Memory.mem(rdi), part);
          code.emit(activation);
          lanes.load(isa.v(1), Memory.mem(rsi), part);
          a.vmulps(isa.v(0), isa.v(0), isa.v(1));
          lanes.store(Memory.mem(rdi), isa.v(0), part);
        });
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }
}
