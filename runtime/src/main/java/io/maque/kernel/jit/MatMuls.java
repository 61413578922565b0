package io.maque.kernel.jit;

import io.maque.kernel.MatMul;
import io.maque.tensor.TensorType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The matrix products of one instruction set: the list of weight formats it serves. */
final class MatMuls {
  private final Isa isa;

  /** By planes; shared by formats, so that layers that read the same input quantise it once. */
  private final Map<Integer, QuantisedActivations> activations = new HashMap<>();

  MatMuls(Isa isa) {
    this.isa = isa;
  }

  Optional<MatMul> matMul(TensorType weightType) {
    return switch (weightType) {
      case F32 -> Optional.of(new MatMulFloat(FloatFormat.F32, isa));
      case F16 -> Optional.of(new MatMulFloat(FloatFormat.F16, isa));
      case BF16 -> Optional.of(new MatMulFloat(FloatFormat.BF16, isa));
      default ->
          packer(weightType, isa)
              .map(packer -> new MatMulPanel(packer, activations(packer.activationPlanes())));
    };
  }

  /** The activations that all formats with as many planes share. */
  QuantisedActivations activations(int planes) {
    return activations.computeIfAbsent(
        planes, key -> new QuantisedActivations(key, () -> new Quantise(key).generate()));
  }

  static Optional<PanelPacker> packer(TensorType type, Isa isa) {
    return Optional.ofNullable(
        switch (type) {
          case Q4_0 -> new PackQ4_0(isa);
          case Q4_1 -> new PackQ4_1(isa);
          case Q5_0 -> new PackQ5_0(isa);
          case Q5_1 -> new PackQ5_1(isa);
          case Q8_0 -> new PackQ8_0(isa);
          case Q2_K -> new PackQ2_K(isa);
          case Q3_K -> new PackQ3_K(isa);
          case Q4_K -> new PackQ4_K(isa);
          case Q5_K -> new PackQ5_K(isa);
          case Q6_K -> new PackQ6_K(isa);
          case IQ4_NL -> new PackIQ4_NL(isa);
          default -> null;
        });
  }
}
