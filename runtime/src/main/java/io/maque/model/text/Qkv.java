package io.maque.model.text;

import io.maque.kernel.Kernels;
import io.maque.model.TextModelConfig;
import io.maque.model.UnsupportedModelException;
import io.maque.model.WeightReader;
import io.maque.nn.FusedLinear;
import io.maque.nn.Linear;
import java.util.List;

/** The projections of one layer to queries, keys and values. */
record Qkv(Linear attnQ, Linear attnK, Linear attnV) {

  /**
   * Reads {@code attn_q}, {@code attn_k} and {@code attn_v}, or {@code attn_qkv} that holds the
   * rows of all three in this order.
   */
  static Qkv read(WeightReader weights, String prefix, TextModelConfig sizes) {
    int columns = sizes.embeddingLength();
    int rowsQ = sizes.headCount() * sizes.keyLength();
    int rowsK = sizes.headCountKv() * sizes.keyLength();
    int rowsV = sizes.headCountKv() * sizes.valueLength();
    if (weights.contains(prefix + "attn_qkv.weight")) {
      Linear all = weights.linear(prefix + "attn_qkv", columns, rowsQ + rowsK + rowsV);
      return new Qkv(
          all.rows(0, rowsQ),
          all.rows(rowsQ, rowsQ + rowsK),
          all.rows(rowsQ + rowsK, rowsQ + rowsK + rowsV));
    }
    if (!weights.contains(prefix + "attn_q.weight")) {
      throw new UnsupportedModelException(
          "tensor %sattn_q.weight: expected it or %sattn_qkv.weight, found neither"
              .formatted(prefix, prefix));
    }
    return new Qkv(
        weights.linear(prefix + "attn_q", columns, rowsQ),
        weights.linear(prefix + "attn_k", columns, rowsK),
        weights.linear(prefix + "attn_v", columns, rowsV));
  }

  /** As {@link #read} for an architecture whose three projections have biases. */
  static Qkv readWithBias(WeightReader weights, String prefix, TextModelConfig sizes) {
    Qkv qkv = read(weights, prefix, sizes);
    for (Linear linear : List.of(qkv.attnQ, qkv.attnK, qkv.attnV)) {
      if (linear.bias().isEmpty()) {
        String name = linear.weight().name().replace(".weight", ".bias");
        throw new UnsupportedModelException(
            "tensor %s: expected F32 [%d], found no such tensor".formatted(name, linear.rows()));
      }
    }
    return qkv;
  }

  /** All three computed as one. */
  FusedLinear fused(Kernels kernels) {
    return new FusedLinear(kernels, attnQ, attnK, attnV);
  }
}
