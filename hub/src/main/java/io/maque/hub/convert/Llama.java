package io.maque.hub.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Llama 1 to 3, SmolLM2, Vicuna: the common decoder. GGUF turns neighbouring values of a head where
 * the checkpoint turns halves, so the rows of Q and K change places.
 */
final class Llama implements TextArchitecture {
  @Override
  public String name() {
    return "llama";
  }

  @Override
  public Map<String, ? extends Number> defaults() {
    return Map.of(
        "hidden_size", 4096,
        "intermediate_size", 11008,
        "num_hidden_layers", 32,
        "num_attention_heads", 32,
        "max_position_embeddings", 2048,
        "vocab_size", 32000,
        "rms_norm_eps", 1e-6,
        "rope_theta", 10_000);
  }

  @Override
  public void describe(TextConfig config, GgufPlan plan) {
    TextArchitecture.describeDecoder(config, plan);
    plan.describe("vocab_size", config.vocabSize())
        .describe("rope.dimension_count", config.headLength());
  }

  @Override
  public void block(TextConfig config, DecoderWeights.Block block) {
    long hidden = config.hiddenSize();
    block.norm("input_layernorm", "attn_norm", hidden);
    block.interleaved("self_attn.q_proj", "attn_q", hidden, config.queryRows(), config.heads());
    block.interleaved(
        "self_attn.k_proj", "attn_k", hidden, config.keyRows(), config.keyValueHeads());
    block.valuesAndFeedForward(config);
    block.norm("post_attention_layernorm", "ffn_norm", hidden);
  }

  @Override
  public void extraTensors(TextConfig config, GgufPlan plan) {
    if (config.rope().type().equals("llama3")) {
      plan.tensor("rope_freqs.weight", Values.of(llama3Factors(config)));
    }
  }

  /**
   * What divides each rotary frequency in Llama 3.1: long waves by the factor, short ones not,
   * those between by a blend. In single precision, as the reference computes them.
   */
  private static List<Float> llama3Factors(TextConfig config) {
    TextConfig.Rope rope = config.rope();
    float factor = (float) rope.parameter("factor", 8);
    float low = (float) rope.parameter("low_freq_factor", 1);
    float high = (float) rope.parameter("high_freq_factor", 4);
    float original = (float) rope.parameter("original_max_position_embeddings", 8192);
    double theta = rope.theta().orElse(10_000.0);
    int length = config.headLength();
    List<Float> factors = new ArrayList<>();
    for (int i = 0; i < length; i += 2) {
      float frequency = 1 / (float) Math.pow(theta, (float) i / length);
      float wavelength = (float) (2 * Math.PI) / frequency;
      if (wavelength < original / high) {
        factors.add(1f);
      } else if (wavelength > original / low) {
        factors.add(factor);
      } else {
        float smooth = (original / wavelength - low) / (high - low);
        factors.add(1 / ((1 - smooth) / factor + smooth));
      }
    }
    return factors;
  }
}
