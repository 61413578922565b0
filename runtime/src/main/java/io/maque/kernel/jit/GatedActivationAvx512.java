package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.ExecutableMemory;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * {@code void apply(float* gate, const float* up, long whole, int tail)}; see {@link Lanes}. Both
 * activations are {@code x / (1 + exp(-t))}: with {@code t = x} for SiLU, and for GELU, as {@code 1
 * + tanh u = 2 / (1 + exp(-2u))}, with {@code t = 2·√(2/π)·(x + 0.044715·x³)}.
 */
final class GatedActivationAvx512 implements GatedActivation {
  private static final float TWO_SQRT_2_OVER_PI = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float CUBIC = 0.044715f;

  private final Activation activation;
  private final MethodHandle function;

  GatedActivationAvx512(Activation activation) {
    this.activation = activation;
    this.function = ExecutableMemory.function(generate(activation).toBytes(), Lanes.TWO_ARRAYS);
  }

  @Override
  public String name() {
    return (activation == Activation.SILU ? "SiluGate" : "GeluTanhGate") + "Avx512";
  }

  @Override
  public void apply(
      MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int count) {
    MemorySegment gates = Lanes.slice(gate, gateOffset, count);
    MemorySegment ups = Lanes.slice(up, upOffset, count);
    Native.call(() -> {
      function.invokeExact(gates, ups, Lanes.whole(count), Lanes.tail(count));
    });
  }

  static VectorAssembler generate(Activation activation) {
    VectorAssembler a = new VectorAssembler();
    Constants constants = new Constants();
    Label tail = new Label();
    Label loop = new Label();
    a.kmov(k1, rcx.low());
    a.test(rdx, rdx);
    a.jz(tail);
    a.bind(loop);
    a.vmovups(zmm(0), Memory.mem(rdi));
    activate(a, constants, activation);
    a.vmulps(zmm(0), zmm(0), Memory.mem(rsi));
    a.vmovups(Memory.mem(rdi), zmm(0));
    a.add(rdi, Lanes.BYTES);
    a.add(rsi, Lanes.BYTES);
    a.dec(rdx);
    a.jnz(loop);
    a.bind(tail);
    a.vmovups(zmm(0).zeroed(k1), Memory.mem(rdi));
    activate(a, constants, activation);
    a.vmulps(zmm(0).zeroed(k1), zmm(0), Memory.mem(rsi));
    a.vmovups(Memory.mem(rdi), zmm(0).masked(k1));
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  /** Activates zmm0. */
  private static void activate(VectorAssembler a, Constants constants, Activation activation) {
    a.vpxord(zmm(1), zmm(1), zmm(1));
    switch (activation) {
      case SILU -> a.vsubps(zmm(1), zmm(1), zmm(0));
      case GELU_TANH -> {
        a.vmulps(zmm(2), zmm(0), zmm(0));
        a.vmulps(zmm(2), zmm(2), zmm(0));
        a.vmulps(zmm(2), zmm(2), constants.floats(CUBIC));
        a.vaddps(zmm(2), zmm(2), zmm(0));
        a.vfnmadd231ps(zmm(1), zmm(2), constants.floats(TWO_SQRT_2_OVER_PI));
      }
    }
    new Exponential(a, constants).emit(1, 2, 3, 4);
    a.vaddps(zmm(1), zmm(1), constants.floats(1));
    a.vdivps(zmm(0), zmm(0), zmm(1));
  }
}
