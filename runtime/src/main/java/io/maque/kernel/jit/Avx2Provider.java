package io.maque.kernel.jit;

import io.maque.kernel.Availability;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.tensor.TensorType;
import java.util.Optional;

/** Machine code for CPUs with AVX2, FMA and F16C. */
public final class Avx2Provider implements KernelProvider {
  private final MatMuls matMuls = new MatMuls(Isa.AVX2);

  @Override
  public String name() {
    return "avx2";
  }

  @Override
  public Availability availability(Machine machine) {
    return Isa.AVX2.availability();
  }

  @Override
  public Optional<MatMul> matMul(TensorType weightType) {
    return matMuls.matMul(weightType);
  }
}
