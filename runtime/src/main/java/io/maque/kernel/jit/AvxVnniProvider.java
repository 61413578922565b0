package io.maque.kernel.jit;

import io.maque.kernel.Availability;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.tensor.TensorType;
import java.util.Optional;

/** Machine code for CPUs with AVX2 and an int8 dot product in 256 bits (AVX-VNNI). */
public final class AvxVnniProvider implements KernelProvider {
  private final MatMuls matMuls = new MatMuls(Isa.AVX_VNNI);

  @Override
  public String name() {
    return "avx-vnni";
  }

  @Override
  public Availability availability(Machine machine) {
    return Isa.AVX_VNNI.availability();
  }

  @Override
  public Optional<MatMul> matMul(TensorType weightType) {
    return matMuls.matMul(weightType);
  }
}
