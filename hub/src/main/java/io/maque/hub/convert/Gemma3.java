package io.maque.hub.convert;

import io.maque.hub.json.JsonValue;
import java.util.List;
import java.util.Map;

/**
 * Gemma 3 text: norms around attention and feed-forward layer and over the heads of Q and K, stored
 * without the 1 that is added to them; most layers attend through a window.
 */
final class Gemma3 implements TextArchitecture {
  private static final int USUAL_PATTERN = 6;

  @Override
  public String name() {
    return "gemma3";
  }

  @Override
  public Map<String, ? extends Number> defaults() {
    return Map.of(
        "hidden_size", 2304,
        "intermediate_size", 9216,
        "num_hidden_layers", 26,
        "num_attention_heads", 8,
        "num_key_value_heads", 4,
        "head_dim", 256,
        "max_position_embeddings", 131_072,
        "vocab_size", 262_208,
        "rms_norm_eps", 1e-6,
        "rope_theta", 1e6);
  }

  @Override
  public List<String> activations() {
    return List.of("gelu_pytorch_tanh");
  }

  @Override
  public void describe(TextConfig config, GgufPlan plan) {
    TextArchitecture.describeDecoder(config, plan);
    plan.describe("attention.sliding_window", config.fields().count("sliding_window"));
    requireScale(config);
    localTheta(config, plan);
    int pattern = pattern(config);
    if (pattern != USUAL_PATTERN) {
      plan.describe("attention.sliding_window_pattern", pattern);
    }
  }

  /** Runtimes divide scores by the root of the head's length, which this field must be. */
  private static void requireScale(TextConfig config) {
    double scalar = config.fields().findNumber("query_pre_attn_scalar").orElse(256.0);
    if (scalar != config.headLength()) {
      throw config
          .fields()
          .at("query_pre_attn_scalar")
          .unexpected("head_dim, %d".formatted(config.headLength()));
    }
    for (String cap : List.of("final_logit_softcapping", "attn_logit_softcapping")) {
      if (config.fields().at(cap).asCount().isPresent()
          || config.fields().findNumber(cap).isPresent()) {
        throw config.fields().at(cap).unexpected("nothing");
      }
    }
  }

  private static void localTheta(TextConfig config, GgufPlan plan) {
    JsonValue sliding = config.fields().at("rope_parameters").at("sliding_attention");
    double theta =
        sliding
            .findNumber("rope_theta")
            .orElse(config.fields().findNumber("rope_local_base_freq").orElse(10_000.0));
    plan.describe("rope.freq_base_swa", theta);
  }

  /** Every how many layers one attends to everything. */
  private static int pattern(TextConfig config) {
    List<JsonValue> types = config.fields().at("layer_types").elements();
    if (types.isEmpty()) {
      return config.fields().findCount("sliding_window_pattern").orElse(USUAL_PATTERN);
    }
    int first = 0;
    while (first < types.size() && !isFull(types.get(first))) {
      first++;
    }
    // No layer in so short a model attends to everything: any longer pattern says so.
    int pattern = first < types.size() ? first + 1 : Math.max(USUAL_PATTERN, types.size() + 1);
    for (int layer = 0; layer < types.size(); layer++) {
      if (isFull(types.get(layer)) != (layer % pattern == pattern - 1)) {
        throw types.get(layer).unexpected("full attention in every %d-th layer".formatted(pattern));
      }
    }
    return pattern;
  }

  private static boolean isFull(JsonValue type) {
    return type.asText().orElse("").equals("full_attention");
  }

  @Override
  public void block(TextConfig config, DecoderWeights.Block block) {
    long hidden = config.hiddenSize();
    block.norm("input_layernorm", "attn_norm", hidden);
    block.attentionAndFeedForward(config);
    block.norm("self_attn.q_norm", "attn_q_norm", config.headLength());
    block.norm("self_attn.k_norm", "attn_k_norm", config.headLength());
    block.norm("post_attention_layernorm", "post_attention_norm", hidden);
    block.norm("pre_feedforward_layernorm", "ffn_norm", hidden);
    block.norm("post_feedforward_layernorm", "post_ffw_norm", hidden);
  }

  @Override
  public Values norm(Values stored) {
    return stored.plus(1);
  }
}
