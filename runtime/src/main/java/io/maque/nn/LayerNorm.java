package io.maque.nn;

import io.maque.kernel.Kernels;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;

/** Layer normalisation of each row (Ba, Kiros and Hinton 2016, arXiv 1607.06450). */
public final class LayerNorm {
  private final io.maque.kernel.LayerNorm kernel;
  private final Tensor weight;
  private final Tensor bias;
  private final float epsilon;

  /**
   * @param weight f32, one factor per column
   * @param bias f32, one summand per column
   */
  public LayerNorm(Kernels kernels, Tensor weight, Tensor bias, float epsilon) {
    this.kernel = kernels.layerNorm();
    this.weight = weight;
    this.bias = bias;
    this.epsilon = epsilon;
  }

  /**
   * Normalises each row of {@code in} into the same row of {@code out}, which may be {@code in}.
   */
  public void forward(FloatMatrix in, FloatMatrix out, Workers workers) {
    workers.forEachRange(
        in.rows(),
        Grain.TOKENS,
        (begin, end, worker) -> {
          for (int row = begin; row < end; row++) {
            kernel.normalize(
                in.data(),
                in.offset(row),
                in.columns(),
                weight.data(),
                bias.data(),
                epsilon,
                out.data(),
                out.offset(row));
          }
        });
  }
}
