package io.maque.kernel.jit;

import io.maque.kernel.Activation;
import io.maque.kernel.Add;
import io.maque.kernel.Attention;
import io.maque.kernel.Availability;
import io.maque.kernel.CacheWrite;
import io.maque.kernel.GatedActivation;
import io.maque.kernel.Hadamard;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.LayerNorm;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.kernel.Maxima;
import io.maque.kernel.PlainActivation;
import io.maque.kernel.RmsNorm;
import io.maque.kernel.Rope;
import io.maque.kernel.RopePairing;
import io.maque.kernel.Softmax;
import io.maque.tensor.TensorType;
import java.util.Optional;

/** Machine code for one instruction set; serves all but copying to a KV cache of F32. */
public final class JitProvider implements KernelProvider {
  private final String name;
  private final Isa isa;
  private final MatMuls matMuls;

  private JitProvider(String name, Isa isa) {
    this.name = name;
    this.isa = isa;
    this.matMuls = new MatMuls(isa);
  }

  /** For CPUs with AVX-512 and its int8 dot product (VNNI). */
  public static JitProvider avx512Vnni() {
    return new JitProvider("avx512-vnni", Isa.AVX512_VNNI);
  }

  /** For CPUs with AVX2 and an int8 dot product in 256 bits (AVX-VNNI). */
  public static JitProvider avxVnni() {
    return new JitProvider("avx-vnni", Isa.AVX_VNNI);
  }

  /** For CPUs with AVX2, FMA and F16C. */
  public static JitProvider avx2() {
    return new JitProvider("avx2", Isa.AVX2);
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

  @Override
  public Optional<Attention> attention(TensorType cacheType) {
    return Optional.of(new AttentionJit(isa, cacheType));
  }

  @Override
  public Optional<CacheWrite> cacheWrite(TensorType cacheType) {
    return cacheType == TensorType.F32
        ? Optional.empty()
        : Optional.of(new CacheWriteJit(isa, cacheType));
  }

  @Override
  public Optional<Hadamard> hadamard() {
    return Optional.of(new HadamardJit(isa));
  }

  @Override
  public Optional<RmsNorm> rmsNorm() {
    return Optional.of(new RmsNormJit(isa));
  }

  @Override
  public Optional<Rope> rope(RopePairing pairing) {
    return Optional.of(new RopeJit(isa, pairing));
  }

  @Override
  public Optional<GatedActivation> gatedActivation(Activation activation) {
    return Optional.of(new GatedActivationJit(isa, activation));
  }

  @Override
  public Optional<PlainActivation> plainActivation(Activation activation) {
    return Optional.of(new PlainActivationJit(isa, activation));
  }

  @Override
  public Optional<LayerNorm> layerNorm() {
    return Optional.of(new LayerNormJit(isa));
  }

  @Override
  public Optional<Softmax> softmax() {
    return Optional.of(new SoftmaxJit(isa));
  }

  @Override
  public Optional<Maxima> maxima() {
    return Optional.of(new MaximaJit(isa));
  }

  @Override
  public Optional<Add> add() {
    return Optional.of(new AddJit(isa));
  }
}
