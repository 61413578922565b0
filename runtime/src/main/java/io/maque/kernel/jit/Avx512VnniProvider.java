package io.maque.kernel.jit;

import io.maque.asm.CpuFeature;
import io.maque.asm.Cpuid;
import io.maque.asm.ExecutableMemory;
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
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Machine code for CPUs with AVX-512 and its int8 dot product (VNNI). */
public final class Avx512VnniProvider implements KernelProvider {
  private static final Set<CpuFeature> NEEDED =
      EnumSet.of(
          CpuFeature.AVX2,
          CpuFeature.FMA,
          CpuFeature.F16C,
          CpuFeature.AVX512F,
          CpuFeature.AVX512BW,
          CpuFeature.AVX512DQ,
          CpuFeature.AVX512VL,
          CpuFeature.AVX512_VNNI);

  private static final String FEATURE = "Avx512Vnni";

  /** Shared by all formats, so that layers that read the same input quantise it once. */
  private Q8Activations activations;

  @Override
  public String name() {
    return "avx512-vnni";
  }

  @Override
  public Availability availability(Machine machine) {
    Optional<String> refusal = ExecutableMemory.refusal();
    if (refusal.isPresent()) {
      return new Availability.Refused(
          refusal.get(), "start with --enable-native-access=ALL-UNNAMED on Linux on amd64");
    }
    Set<CpuFeature> missing = EnumSet.copyOf(NEEDED);
    missing.removeAll(Cpuid.features());
    return missing.isEmpty()
        ? new Availability.Usable()
        : new Availability.Refused(
            "the CPU or the operating system lacks " + missing, "nothing; other rungs serve");
  }

  @Override
  public Optional<MatMul> matMul(TensorType weightType) {
    return packer(weightType).map(packer -> new MatMulPanel(packer, activations(), FEATURE));
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

  private Q8Activations activations() {
    if (activations == null) {
      activations = new Q8Activations();
    }
    return activations;
  }

  private static Optional<PanelPacker> packer(TensorType type) {
    return Optional.ofNullable(
        switch (type) {
          case Q4_0 -> new PackQ4_0();
          case Q4_1 -> new PackQ4_1();
          case Q5_0 -> new PackQ5_0();
          case Q5_1 -> new PackQ5_1();
          case Q8_0 -> new PackQ8_0();
          case Q4_K -> new PackQ4_K();
          case Q5_K -> new PackQ5_K();
          case Q6_K -> new PackQ6_K();
          case IQ4_NL -> new PackIQ4_NL();
          default -> null;
        });
  }
}
