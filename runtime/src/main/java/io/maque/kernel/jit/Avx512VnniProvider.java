package io.maque.kernel.jit;

import io.maque.kernel.Activation;
import io.maque.kernel.Add;
import io.maque.kernel.Attention;
import io.maque.kernel.Availability;
import io.maque.kernel.GatedActivation;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.kernel.RmsNorm;
import io.maque.kernel.Rope;
import io.maque.kernel.RopePairing;
import io.maque.tensor.TensorType;
import java.util.Optional;

/** Machine code for CPUs with AVX-512 and its int8 dot product (VNNI). */
public final class Avx512VnniProvider implements KernelProvider {
  private final MatMuls matMuls = new MatMuls(Isa.AVX512_VNNI);

  @Override
  public String name() {
    return "avx512-vnni";
  }

  @Override
  public Availability availability(Machine machine) {
    return Isa.AVX512_VNNI.availability();
  }

  @Override
  public Optional<MatMul> matMul(TensorType weightType) {
    return matMuls.matMul(weightType);
  }

  @Override
  public Optional<Attention> attention(TensorType cacheType) {
    return Optional.of(new AttentionAvx512(cacheType));
  }

  @Override
  public Optional<RmsNorm> rmsNorm() {
    return Optional.of(new RmsNormAvx512());
  }

  @Override
  public Optional<Rope> rope(RopePairing pairing) {
    return Optional.of(new RopeAvx512(pairing));
  }

  @Override
  public Optional<GatedActivation> gatedActivation(Activation activation) {
    return Optional.of(new GatedActivationAvx512(activation));
  }

  @Override
  public Optional<Add> add() {
    return Optional.of(new AddAvx512());
  }
}
