package io.maque.model.vision;

import io.maque.nn.FullAttention;
import io.maque.nn.FusedLinear;
import io.maque.nn.LayerNorm;
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
