package io.maque.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.generate.GenerationRequest;
import io.maque.generate.Prompt;
import io.maque.sampling.SamplingOptions;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What chat completions and completions say alike about the answer.
 *
 * @param n how many answers
 * @param maxTokens most tokens of each
 * @param stop texts that end an answer
 * @param sampling how tokens are chosen
 * @param stream whether the answer is sent while it grows
 * @param includeUsage whether the last event of a stream tells the usage
 */
record AnswerFields(
    int n,
    int maxTokens,
    List<String> stop,
    SamplingOptions sampling,
    boolean stream,
    boolean includeUsage) {

  private static final int MAX_N = 16;
  private static final int MAX_STOPS = 16;
  private static final int MAX_STOP_LENGTH = 256;

  /**
   * @param leastTokens the least that {@code max_tokens} may say
   * @param otherwise what it means to say nothing
   */
  static AnswerFields read(JsonFields fields, int leastTokens, int otherwise) {
    int n = fields.integer("n", 1, MAX_N).orElse(1);
    List<String> stop = stop(fields);
    SamplingOptions sampling = SamplingFields.read(fields);
    boolean stream = fields.flag("stream", false);
    boolean includeUsage = includeUsage(fields, stream);
    // Harmless: they say who asks or how to store and bill, not what to answer.
    fields.accept("user", "metadata", "service_tier", "safety_identifier", "prompt_cache_key");
    return new AnswerFields(
        n, maxTokens(fields, leastTokens, otherwise), stop, sampling, stream, includeUsage);
  }

  private static int maxTokens(JsonFields fields, int least, int otherwise) {
    OptionalInt old = fields.integer("max_tokens", least, Integer.MAX_VALUE);
    OptionalInt current = fields.integer("max_completion_tokens", least, Integer.MAX_VALUE);
    if (old.isPresent() && current.isPresent() && old.getAsInt() != current.getAsInt()) {
      throw JsonFields.invalid(
          fields.path("max_tokens"),
          "expected max_tokens or max_completion_tokens, found both with different values");
    }
    return current.orElse(old.orElse(otherwise));
  }

  private static List<String> stop(JsonFields fields) {
    String path = fields.path("stop");
    JsonNode node = fields.any("stop").orElse(null);
    if (node == null) {
      return List.of();
    }
    if (node.isTextual()) {
      return List.of(stop(path, node));
    }
    List<JsonNode> texts = fields.array("stop");
    if (texts.size() > MAX_STOPS) {
      throw JsonFields.invalid(
          path, "expected at most %d texts, found %d".formatted(MAX_STOPS, texts.size()));
    }
    return IntStream.range(0, texts.size())
        .mapToObj(i -> stop(path + "[" + i + "]", texts.get(i)))
        .toList();
  }

  private static String stop(String path, JsonNode node) {
    String text = JsonFields.string(path, node);
    if (text.isEmpty() || text.length() > MAX_STOP_LENGTH) {
      throw JsonFields.invalid(
          path, "expected 1 to %d characters, found %d".formatted(MAX_STOP_LENGTH, text.length()));
    }
    return text;
  }

  private static boolean includeUsage(JsonFields fields, boolean stream) {
    JsonFields options = fields.object("stream_options").orElse(null);
    if (options == null) {
      return false;
    }
    if (!stream) {
      throw HttpException.badField(
          "invalid_value", fields.path("stream_options"), "it goes with stream: true only");
    }
    boolean includeUsage = options.flag("include_usage", false);
    options.flag("include_obfuscation", false);
    options.end();
    return includeUsage;
  }

  /**
   * One request for each answer. Those after the first count the seed up, since the same seed would
   * give the same answer.
   *
   * @param topLogprobs as in {@link GenerationRequest}
   */
  List<GenerationRequest> generations(Prompt prompt, int topLogprobs) {
    GenerationRequest first =
        GenerationRequest.of(prompt)
            .withMaxTokens(maxTokens)
            .withStop(stop)
            .withTopLogprobs(topLogprobs);
    return IntStream.range(0, n).mapToObj(i -> first.withSampling(sampling(i))).toList();
  }

  private SamplingOptions sampling(int index) {
    return index == 0 || sampling.seed().isEmpty()
        ? sampling
        : sampling.toBuilder().seed(sampling.seed().getAsLong() + index).build();
  }
}
