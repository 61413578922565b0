package io.maque.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.sampling.SamplingOptions;
import io.maque.server.http.JsonFields;
import java.util.HashMap;
import java.util.Map;

/**
 * The fields that choose tokens: OpenAI's, and {@code top_k}, {@code min_p} and {@code
 * repetition_penalty}, which other servers have too. What is absent is as in {@link
 * SamplingOptions#DEFAULT}.
 */
final class SamplingFields {
  private static final int MAX_BIASED_TOKENS = 1024;

  private SamplingFields() {}

  static SamplingOptions read(JsonFields fields) {
    SamplingOptions.Builder options = SamplingOptions.builder();
    fields.number("temperature", 0, 2).ifPresent(options::temperature);
    // The smallest nucleus is one token, which OpenAI's API calls 0.
    fields.number("top_p", 0, 1).ifPresent(p -> options.topP(Math.max(p, Double.MIN_NORMAL)));
    fields.integer("top_k", 0, Integer.MAX_VALUE).ifPresent(options::topK);
    fields.number("min_p", 0, 0.999).ifPresent(options::minP);
    fields.number("repetition_penalty", 0.01, 100).ifPresent(options::repetitionPenalty);
    fields.number("presence_penalty", -2, 2).ifPresent(options::presencePenalty);
    fields.number("frequency_penalty", -2, 2).ifPresent(options::frequencyPenalty);
    fields.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE).ifPresent(options::seed);
    fields.object("logit_bias").ifPresent(bias -> options.logitBias(logitBias(fields)));
    return options.build();
  }

  private static Map<Integer, Double> logitBias(JsonFields fields) {
    String path = fields.path("logit_bias");
    JsonNode node = fields.required("logit_bias");
    if (node.size() > MAX_BIASED_TOKENS) {
      throw JsonFields.invalid(
          path, "expected at most %d tokens, found %d".formatted(MAX_BIASED_TOKENS, node.size()));
    }
    Map<Integer, Double> bias = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      bias.put(
          tokenId(path, entry.getKey()),
          JsonFields.number(path + "." + entry.getKey(), entry.getValue(), -100, 100));
    }
    return bias;
  }

  private static int tokenId(String path, String text) {
    if (!text.matches("\\d{1,9}")) {
      throw JsonFields.invalid(
          path, "expected token ids as names, found " + JsonFields.quoted(text));
    }
    return Integer.parseInt(text);
  }
}
