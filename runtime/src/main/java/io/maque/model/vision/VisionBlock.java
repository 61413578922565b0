package io.maque.model.vision;

import io.maque.kernel.Kernels;
import io.maque.nn.FullAttention;
import io.maque.nn.FusedLinear;
import io.maque.nn.LayerNorm;
import io.maque.nn.Linear;
import io.maque.nn.Mlp;
import io.maque.nn.Residual;

/**
 * The block of a vision transformer (Dosovitskiy et al. 2020, arXiv 2010.11929): {@code x +=
 * Out·attention(qkv(norm1(x)))}, then {@code x += mlp(norm2(x))}.
 *
 * @param qkv projections to queries, keys and values
 * @param output projection back to the embedding length
 */
record VisionBlock(
    LayerNorm norm1,
    FusedLinear qkv,
    FullAttention attention,
    FusedLinear output,
    LayerNorm norm2,
    Mlp mlp,
    Residual residual) {

  /**
   * Tensors of a block, named as in GGUF but for the feed-forward part: files disagree about which
   * layer is called up and which down.
   */
  record Weights(
      Norm ln1,
      Linear attnQ,
      Linear attnK,
      Linear attnV,
      Linear attnOut,
      Norm ln2,
      Linear fc1,
      Linear fc2) {}

  /**
   * @param attention shared by the blocks of a tower
   */
  static VisionBlock of(
      Kernels kernels, Weights weights, VisionConfig config, FullAttention attention) {
    float epsilon = config.layerNormEpsilon();
    return new VisionBlock(
        weights.ln1().layer(kernels, epsilon),
        new FusedLinear(kernels, weights.attnQ(), weights.attnK(), weights.attnV()),
        attention,
        new FusedLinear(kernels, weights.attnOut()),
        weights.ln2().layer(kernels, epsilon),
        new Mlp(kernels, weights.fc1(), config.activation(), weights.fc2()),
        new Residual(kernels));
  }

  /** Scratch memory of {@code rows} rows. */
  long preparedBytes(int rows) {
    return Math.max(
        Math.max(qkv.preparedBytes(rows), output.preparedBytes(rows)), mlp.preparedBytes(rows));
  }

  /** Runs the block over {@link VisionPass#hidden()} in place. */
  void forward(VisionPass x) {
    norm1.forward(x.hidden(), x.normed(), x.workers());
    qkv.forward(x.normed(), x.prepared(), x.workers(), x.query(), x.key(), x.value());
    attention.forward(x.query(), x.key(), x.value(), x.attended(), x.scratch(), x.workers());
    output.forward(x.attended(), x.prepared(), x.workers(), x.branch());
    residual.add(x.hidden(), x.branch(), x.workers());

    norm2.forward(x.hidden(), x.normed(), x.workers());
    mlp.forward(x.normed(), x.inner(), x.branch(), x.prepared(), x.workers());
    residual.add(x.hidden(), x.branch(), x.workers());
  }
}
