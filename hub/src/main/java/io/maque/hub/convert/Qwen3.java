package io.maque.hub.convert;

import java.util.Map;

/** Qwen3: the common decoder with a norm over each head of Q and K. */
final class Qwen3 implements TextArchitecture {
  @Override
  public String name() {
    return "qwen3";
  }

  @Override
  public Map<String, ? extends Number> defaults() {
    return Map.of(
        "hidden_size", 4096,
        "intermediate_size", 22016,
        "num_hidden_layers", 32,
        "num_attention_heads", 32,
        "num_key_value_heads", 32,
        "head_dim", 128,
        "max_position_embeddings", 32768,
        "vocab_size", 151936,
        "rms_norm_eps", 1e-6,
        "rope_theta", 10_000);
  }

  @Override
  public void describe(TextConfig config, GgufPlan plan) {
    if (config.fields().isTrue("use_sliding_window")) {
      throw config.fields().at("use_sliding_window").unexpected("false, as in every such model");
    }
    TextArchitecture.describeDecoder(config, plan);
  }

  @Override
  public void block(TextConfig config, DecoderWeights.Block block) {
    block.norm("input_layernorm", "attn_norm", config.hiddenSize());
    block.attentionAndFeedForward(config);
    block.norm("self_attn.q_norm", "attn_q_norm", config.headLength());
    block.norm("self_attn.k_norm", "attn_k_norm", config.headLength());
    block.norm("post_attention_layernorm", "ffn_norm", config.hiddenSize());
  }
}
