package io.maque.model.vision;

import io.maque.kernel.Kernels;
import io.maque.model.WeightReader;
import io.maque.nn.LayerNorm;
import io.maque.tensor.Tensor;

/** The weights of a layer norm: one factor and one summand per column. */
record Norm(Tensor weight, Tensor bias) {

  /** Reads {@code NAME.weight} and {@code NAME.bias}. */
  static Norm read(WeightReader weights, String name, int length) {
    return new Norm(
        weights.vector(name + ".weight", length), weights.vector(name + ".bias", length));
  }

  LayerNorm layer(Kernels kernels, float epsilon) {
    return new LayerNorm(kernels, weight, bias, epsilon);
  }
}
