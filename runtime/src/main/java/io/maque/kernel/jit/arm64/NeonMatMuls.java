package io.maque.kernel.jit.arm64;

import io.maque.kernel.MatMul;
import io.maque.kernel.jit.MatMulPanel;
import io.maque.kernel.jit.QuantisedActivations;
import io.maque.tensor.TensorType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The matrix products of one instruction set: the list of weight formats it serves. */
final class NeonMatMuls {
  private final NeonIsa isa;

  /** By planes; shared by formats, so that layers that read the same input quantise it once. */
  private final Map<Integer, QuantisedActivations> activations = new HashMap<>();

  NeonMatMuls(NeonIsa isa) {
    this.isa = isa;
  }

  Optional<MatMul> matMul(TensorType weightType) {
    return packer(weightType, isa)
        .map(packer -> new MatMulPanel(packer, activations(packer.activationPlanes())));
  }

  private QuantisedActivations activations(int planes) {
    return activations.computeIfAbsent(
        planes, key -> new QuantisedActivations(key, () -> new NeonQuantise(key).generate()));
  }

  static Optional<NeonPacker> packer(TensorType type, NeonIsa isa) {
    return Optional.ofNullable(
        switch (type) {
          case Q4_0 -> new NeonPackQ4_0(isa);
          case Q4_1 -> new NeonPackQ4_1(isa);
          case Q5_0 -> new NeonPackQ5_0(isa);
          case Q5_1 -> new NeonPackQ5_1(isa);
          case Q8_0 -> new NeonPackQ8_0(isa);
          case Q2_K -> new NeonPackQ2_K(isa);
          case Q3_K -> new NeonPackQ3_K(isa);
          case Q4_K -> new NeonPackQ4_K(isa);
          case Q5_K -> new NeonPackQ5_K(isa);
          case Q6_K -> new NeonPackQ6_K(isa);
          case IQ4_NL -> new NeonPackIQ4_NL(isa);
          default -> null;
        });
  }
}
