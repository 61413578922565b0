package io.maque.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.generate.GenerationRequest;
import io.maque.sampling.SamplingOptions;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * {@code options}: how tokens are chosen and when an answer ends. What is absent is as in {@link
 * SamplingOptions#DEFAULT}.
 *
 * @param sampling how tokens are chosen
 * @param maxTokens most tokens of the answer
 * @param stop texts that end it
 * @param contextLength the context asked for, where one was
 */
record OptionFields(
    SamplingOptions sampling, int maxTokens, List<String> stop, OptionalInt contextLength) {
  private static final int MAX_STOPS = 16;
  private static final int MAX_CONTEXT = 1 << 24;

  /** How far Ollama's repetition penalty looks back when nothing else is said. */
  private static final int REPEAT_LAST_N = 64;

  static OptionFields read(JsonFields body) {
    JsonFields fields = body.object("options").orElse(null);
    if (fields == null) {
      return new OptionFields(
          SamplingOptions.DEFAULT, GenerationRequest.UNLIMITED, List.of(), OptionalInt.empty());
    }
    OptionFields options =
        new OptionFields(
            sampling(fields),
            maxTokens(fields),
            stop(fields),
            fields.integer("num_ctx", 1, MAX_CONTEXT));
    refuseOtherSamplers(fields);
    // They tune the memory and the threads of an engine, and change no answer. num_keep says what
    // to keep when a conversation is cut, which does not happen here.
    fields.accept("num_keep", "num_batch", "num_thread", "num_gpu", "main_gpu", "low_vram", "numa");
    fields.accept("use_mmap", "use_mlock", "f16_kv", "vocab_only", "logits_all");
    fields.end();
    return options;
  }

  private static SamplingOptions sampling(JsonFields fields) {
    SamplingOptions.Builder options = SamplingOptions.builder();
    fields.number("temperature", 0, 100).ifPresent(options::temperature);
    fields.integer("top_k", 0, Integer.MAX_VALUE).ifPresent(options::topK);
    fields.number("top_p", 0, 1).ifPresent(p -> options.topP(Math.max(p, Double.MIN_NORMAL)));
    fields.number("min_p", 0, 0.999).ifPresent(options::minP);
    fields.number("presence_penalty", -2, 2).ifPresent(options::presencePenalty);
    fields.number("frequency_penalty", -2, 2).ifPresent(options::frequencyPenalty);
    fields.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE).ifPresent(options::seed);
    int window = fields.integer("repeat_last_n", -1, MAX_CONTEXT).orElse(REPEAT_LAST_N);
    double penalty = fields.number("repeat_penalty", 0.01, 100).orElse(1);
    // Ollama: 0 looks at nothing, -1 at everything.
    options.repetitionPenalty(window == 0 ? 1 : penalty);
    options.repetitionWindow(Math.max(window, 0));
    return options.build();
  }

  /** Ollama: below 0 there is no limit; 0 is no request. */
  private static int maxTokens(JsonFields fields) {
    int tokens = fields.integer("num_predict", -2, Integer.MAX_VALUE).orElse(-1);
    if (tokens == 0) {
      throw JsonFields.invalid(
          fields.path("num_predict"), "expected 1 or more, or -1 for no limit, found 0");
    }
    return tokens < 0 ? GenerationRequest.UNLIMITED : tokens;
  }

  private static List<String> stop(JsonFields fields) {
    if (fields.any("stop").filter(JsonNode::isTextual).isPresent()) {
      return List.of(stop(fields.path("stop"), fields.required("stop")));
    }
    List<JsonNode> texts = fields.array("stop");
    if (texts.size() > MAX_STOPS) {
      throw JsonFields.invalid(
          fields.path("stop"),
          "expected at most %d texts, found %d".formatted(MAX_STOPS, texts.size()));
    }
    return IntStream.range(0, texts.size())
        .mapToObj(i -> stop(fields.path("stop") + "[" + i + "]", texts.get(i)))
        .toList();
  }

  private static String stop(String path, JsonNode node) {
    String text = JsonFields.string(path, node);
    if (text.isEmpty()) {
      throw JsonFields.invalid(path, "expected a text, found an empty one");
    }
    return text;
  }

  /** Samplers that are not offered, unless they are set to do nothing. */
  private static void refuseOtherSamplers(JsonFields fields) {
    refuseUnless(fields, "typical_p", 1);
    refuseUnless(fields, "tfs_z", 1);
    refuseUnless(fields, "mirostat", 0);
    fields.accept("mirostat_tau", "mirostat_eta");
    if (fields.flag("penalize_newline", false)) {
      throw HttpException.unsupported(
          fields.path("penalize_newline"), "newlines are tokens like others here; leave it out");
    }
  }

  private static void refuseUnless(JsonFields fields, String name, double neutral) {
    double value = fields.number(name, 0, 1e6).orElse(neutral);
    if (value != neutral) {
      throw HttpException.unsupported(
          fields.path(name), "this sampler is not offered; use top_k, top_p or min_p");
    }
  }
}
