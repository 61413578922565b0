package io.maque.hub.convert;

import io.maque.hub.checkpoint.StoredTensor;
import io.maque.hub.json.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * Moves the weights of a decoder from a checkpoint to a plan. The text model of a vision-language
 * model lies deeper in the checkpoint, at a prefix that differs between versions.
 */
final class DecoderWeights {
  private static final List<String> PREFIXES =
      List.of("model.", "language_model.model.", "model.language_model.", "");

  private static final List<String> OUTPUTS =
      List.of("lm_head", "language_model.lm_head", "model.lm_head");

  private final CheckpointReader reader;
  private final GgufPlan plan;
  private final TextArchitecture architecture;
  private final TextConfig config;
  private final JsonValue quantization;
  private final String prefix;

  DecoderWeights(
      CheckpointReader reader,
      GgufPlan plan,
      TextArchitecture architecture,
      TextConfig config,
      JsonValue quantization) {
    this.reader = reader;
    this.plan = plan;
    this.architecture = architecture;
    this.config = config;
    this.quantization = quantization;
    this.prefix =
        PREFIXES.stream()
            .filter(candidate -> reader.contains(candidate + "embed_tokens.weight"))
            .findFirst()
            .orElse(PREFIXES.getFirst());
  }

  /** Adds all tensors. */
  void add() {
    long hidden = config.hiddenSize();
    plan.tensor(
        "token_embd.weight",
        Values.of(reader.take(prefix + "embed_tokens.weight", config.vocabSize(), hidden)));
    for (int layer = 0; layer < config.layers(); layer++) {
      architecture.block(config, new Block(layer));
    }
    norm(prefix + "norm", "output_norm", hidden);
    addOutput(hidden);
    architecture.extraTensors(config, plan);
  }

  /** A model that ties the output matrix to the embedding may store it all the same. */
  private void addOutput(long hidden) {
    Optional<String> name = OUTPUTS.stream().filter(this::isStored).findFirst();
    Optional<Boolean> tied = config.fields().at("tie_word_embeddings").asTruth();
    if (name.isEmpty()) {
      if (tied.isPresent() && !tied.get()) {
        throw config.fields().at("tie_word_embeddings").unexpected("true without lm_head.weight");
      }
      return;
    }
    if (tied.orElse(false)) {
      reader.pass(name.get().concat(".weight")::equals);
    } else {
      plan.tensor("output.weight", weight(name.get(), hidden, config.vocabSize()));
    }
  }

  private boolean isStored(String linear) {
    return reader.contains(linear + ".weight") || reader.contains(linear + ".qweight");
  }

  private void norm(String from, String to, long length) {
    Values stored = Values.of(reader.take(from + ".weight", length));
    plan.tensor(to + ".weight", architecture.norm(stored));
  }

  private Values weight(String from, long in, long out) {
    return AwqMatrix.find(reader, from, in, out, quantization)
        .orElseGet(() -> Values.of(reader.take(from + ".weight", out, in)));
  }

  /** The tensors of one block, by their last names. */
  final class Block {
    private final String from;
    private final String to;

    private Block(int layer) {
      this.from = "%slayers.%d.".formatted(prefix, layer);
      this.to = "blk.%d.".formatted(layer);
    }

    /** Adds a norm over {@code length} values. */
    void norm(String source, String target, long length) {
      DecoderWeights.this.norm(from + source, to + target, length);
    }

    /** Adds a matrix, and its bias when it has one. */
    void linear(String source, String target, long in, long out) {
      plan.tensor(to + target + ".weight", weight(from + source, in, out));
      bias(source, out).ifPresent(bias -> plan.tensor(to + target + ".bias", bias));
    }

    /** Adds a matrix and bias whose rows are turned in neighbouring pairs. */
    void interleaved(String source, String target, long in, long out, long heads) {
      plan.tensor(to + target + ".weight", weight(from + source, in, out).interleaved(heads));
      bias(source, out)
          .ifPresent(bias -> plan.tensor(to + target + ".bias", bias.interleaved(heads)));
    }

    private Optional<Values> bias(String source, long out) {
      Optional<StoredTensor> stored = reader.find(from + source + ".bias", out);
      return stored.map(Values::of);
    }

    /** Adds attention and feed-forward layer as most decoders have them, Q and K as stored. */
    void attentionAndFeedForward(TextConfig sizes) {
      long hidden = sizes.hiddenSize();
      linear("self_attn.q_proj", "attn_q", hidden, sizes.queryRows());
      linear("self_attn.k_proj", "attn_k", hidden, sizes.keyRows());
      valuesAndFeedForward(sizes);
    }

    /** Adds V, the attention's output and the feed-forward layer. */
    void valuesAndFeedForward(TextConfig sizes) {
      long hidden = sizes.hiddenSize();
      long inner = sizes.intermediateSize();
      linear("self_attn.v_proj", "attn_v", hidden, sizes.keyRows());
      linear("self_attn.o_proj", "attn_output", sizes.queryRows(), hidden);
      linear("mlp.gate_proj", "ffn_gate", hidden, inner);
      linear("mlp.up_proj", "ffn_up", hidden, inner);
      linear("mlp.down_proj", "ffn_down", inner, hidden);
    }
  }
}
