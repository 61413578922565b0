package io.maque.hub.convert;

import java.util.List;
import java.util.Map;

/**
 * How a text model of one kind is written as GGUF. What all do alike is here; an implementation
 * says the rest, in this order: names, defaults of its configuration class, keys, tensors.
 */
interface TextArchitecture {
  /** The value of {@code general.architecture}. */
  String name();

  /** What the class of the configuration has where a file says nothing. */
  Map<String, ? extends Number> defaults();

  /** What {@code hidden_act} may be. */
  default List<String> activations() {
    return List.of("silu");
  }

  /** Puts the keys of this architecture. */
  default void describe(TextConfig config, GgufPlan plan) {
    describeDecoder(config, plan);
  }

  /** Adds the tensors of one block. */
  void block(TextConfig config, DecoderWeights.Block block);

  /** Adds tensors that are no weights of the checkpoint. */
  default void extraTensors(TextConfig config, GgufPlan plan) {}

  /** A norm's weight as GGUF has it. */
  default Values norm(Values stored) {
    return stored;
  }

  /** The keys that every decoder has. */
  static void describeDecoder(TextConfig config, GgufPlan plan) {
    plan.describe("block_count", config.layers())
        .describe("context_length", config.fields().count("max_position_embeddings"))
        .describe("embedding_length", config.hiddenSize())
        .describe("feed_forward_length", config.intermediateSize())
        .describe("attention.head_count", config.heads())
        .describe("attention.head_count_kv", config.keyValueHeads())
        .describe("attention.layer_norm_rms_epsilon", config.fields().number("rms_norm_eps"));
    config
        .headDim()
        .ifPresent(length ->
            plan.describe("attention.key_length", length)
                .describe("attention.value_length", length));
    TextConfig.Rope rope = config.rope();
    rope.theta().ifPresent(theta -> plan.describe("rope.freq_base", theta));
    if (rope.type().equals("linear")) {
      plan.describe("rope.scaling.type", "linear")
          .describe("rope.scaling.factor", rope.parameter("factor", 1));
    }
  }
}
