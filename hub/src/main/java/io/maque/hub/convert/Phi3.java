package io.maque.hub.convert;

import io.maque.hub.json.JsonValue;
import java.util.List;
import java.util.Map;

/**
 * Phi-3, Phi-3.5 and Phi-4 mini: Q, K and V are one matrix and gate and up another, in checkpoint
 * and GGUF alike. Long variants have two lists of factors for the rotary frequencies (LongRoPE).
 */
final class Phi3 implements TextArchitecture {
  private static final int ORIGINAL_CONTEXT = 4096;

  @Override
  public String name() {
    return "phi3";
  }

  @Override
  public Map<String, ? extends Number> defaults() {
    return Map.of(
        "hidden_size", 3072,
        "intermediate_size", 8192,
        "num_hidden_layers", 32,
        "num_attention_heads", 32,
        "max_position_embeddings", ORIGINAL_CONTEXT,
        "vocab_size", 32064,
        "rms_norm_eps", 1e-5,
        "rope_theta", 10_000);
  }

  @Override
  public void describe(TextConfig config, GgufPlan plan) {
    TextArchitecture.describeDecoder(config, plan);
    plan.describe("rope.scaling.original_context_length", (int) originalContext(config))
        .describe("rope.dimension_count", ropeDimensions(config))
        // Zero says that there is no window.
        .describe(
            "attention.sliding_window", config.fields().findCount("sliding_window").orElse(0));
    if (config.rope().type().equals("longrope")) {
      double context = config.fields().count("max_position_embeddings");
      double scale = context / originalContext(config);
      double factor =
          scale > 1 ? Math.sqrt(1 + Math.log(scale) / Math.log(originalContext(config))) : 1;
      plan.describe("rope.scaling.type", "longrope").describe("rope.scaling.attn_factor", factor);
    }
  }

  private static double originalContext(TextConfig config) {
    return config
        .fields()
        .findNumber("original_max_position_embeddings")
        .orElse(config.rope().parameter("original_max_position_embeddings", ORIGINAL_CONTEXT));
  }

  private static int ropeDimensions(TextConfig config) {
    double share =
        config
            .fields()
            .findNumber("partial_rotary_factor")
            .orElse(config.rope().parameter("partial_rotary_factor", 1));
    return (int) (share * config.headLength());
  }

  @Override
  public void block(TextConfig config, DecoderWeights.Block block) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    block.norm("input_layernorm", "attn_norm", hidden);
    block.linear(
        "self_attn.qkv_proj", "attn_qkv", hidden, config.queryRows() + 2 * config.keyRows());
    block.linear("self_attn.o_proj", "attn_output", config.queryRows(), hidden);
    block.norm("post_attention_layernorm", "ffn_norm", hidden);
    block.linear("mlp.gate_up_proj", "ffn_up", hidden, 2 * inner);
    block.linear("mlp.down_proj", "ffn_down", inner, hidden);
  }

  @Override
  public void extraTensors(TextConfig config, GgufPlan plan) {
    if (config.rope().type().equals("longrope")) {
      plan.tensor("rope_factors_long.weight", factors(config, "long_factor"))
          .tensor("rope_factors_short.weight", factors(config, "short_factor"));
    }
  }

  private static Values factors(TextConfig config, String field) {
    JsonValue list = config.rope().parameters().at(field);
    List<Float> factors =
        list.elements().stream().map(factor -> (float) factor.asNumber()).toList();
    if (factors.size() != ropeDimensions(config) / 2) {
      throw list.unexpected("%d numbers".formatted(ropeDimensions(config) / 2));
    }
    return Values.of(factors);
  }
}
