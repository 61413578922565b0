package io.maque.kernel.jit.arm64;

import io.maque.kernel.Availability;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.tensor.TensorType;
import java.util.Optional;

/**
 * Machine code for 64-bit ARM: the matrix products of quantised weights, in which nearly all time
 * goes; the rungs below serve the rest.
 */
public final class NeonProvider implements KernelProvider {
  private final String name;
  private final NeonIsa isa;
  private final NeonMatMuls matMuls;

  private NeonProvider(String name, NeonIsa isa) {
    this.name = name;
    this.isa = isa;
    this.matMuls = new NeonMatMuls(isa);
  }

  /** For CPUs with products of int8 matrices (FEAT_I8MM). */
  public static NeonProvider i8mm() {
    return new NeonProvider("neon-i8mm", NeonIsa.I8MM);
  }

  /** For CPUs with int8 dot products (FEAT_DotProd). */
  public static NeonProvider dotprod() {
    return new NeonProvider("neon-dotprod", NeonIsa.DOTPROD);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Availability availability(Machine machine) {
    return isa.availability(machine);
  }

  @Override
  public Optional<MatMul> matMul(TensorType weightType) {
    return matMuls.matMul(weightType);
  }
}
