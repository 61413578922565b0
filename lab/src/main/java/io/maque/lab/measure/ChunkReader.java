package io.maque.lab.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the chunks of one streamed answer: what arrived, what the server counted, and which rules
 * of the API it did not keep. What makes an answer unreadable is a failure; a broken rule that
 * clients may survive is noted and the answer counts.
 */
final class ChunkReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Endpoint.Api api;
  private final Set<String> violations = new LinkedHashSet<>();
  private String id;
  private boolean begun;
  private boolean finished;
  private JsonNode usage = JSON.missingNode();

  ChunkReader(Endpoint.Api api) {
    this.api = api;
  }

  /**
   * Reads a chunk.
   *
   * @return whether it brought text, reasoning or a part of a tool call
   * @throws StreamFailedException when it is not JSON, or an error
   */
  boolean accept(String data) {
    JsonNode chunk = parse(data);
    if (chunk.hasNonNull("error")) {
      throw new StreamFailedException(
          Failure.IN_STREAM, EventReader.shortened(chunk.get("error").toString()));
    }
    checkHead(chunk);
    if (chunk.path("usage").isObject()) {
      usage = chunk.get("usage");
    }
    if (!chunk.path("choices").isArray()) {
      violations.add("a chunk has no choices");
    }
    boolean text = false;
    for (JsonNode choice : chunk.path("choices")) {
      text |= acceptChoice(choice);
    }
    return text;
  }

  private static JsonNode parse(String data) {
    try {
      JsonNode chunk = JSON.readTree(data);
      if (chunk.isObject()) {
        return chunk;
      }
    } catch (JsonProcessingException e) {
      throw new StreamFailedException(
          Failure.PROTOCOL,
          "a chunk is not JSON (%s): %s"
              .formatted(e.getOriginalMessage(), EventReader.shortened(data)));
    }
    throw new StreamFailedException(
        Failure.PROTOCOL, "expected a JSON object, found " + EventReader.shortened(data));
  }

  private void checkHead(JsonNode chunk) {
    String kind = api == Endpoint.Api.CHAT ? "chat.completion.chunk" : "text_completion";
    if (!chunk.path("object").asText().equals(kind)) {
      violations.add("the object of a chunk is not " + kind);
    }
    String found = chunk.path("id").asText();
    if (found.isEmpty() || id != null && !id.equals(found)) {
      violations.add("the chunks do not have one id");
    }
    id = found;
  }

  private boolean acceptChoice(JsonNode choice) {
    JsonNode delta = choice.path("delta");
    if (api == Endpoint.Api.CHAT && !begun && !delta.path("role").asText().equals("assistant")) {
      violations.add("the first chunk does not say that the assistant speaks");
    }
    begun = true;
    if (finished) {
      violations.add("a chunk follows the finish reason");
    }
    finished |= choice.hasNonNull("finish_reason");
    return api == Endpoint.Api.COMPLETIONS
        ? !choice.path("text").asText().isEmpty()
        : !delta.path("content").asText().isEmpty()
            || !delta.path("reasoning_content").asText().isEmpty()
            || !delta.path("tool_calls").isEmpty();
  }

  /** To be called when the last chunk was read. */
  void end() {
    if (!finished) {
      violations.add("no finish reason");
    }
  }

  /** Tokens of the prompt as the server counted them. */
  OptionalInt promptTokens() {
    return counted(usage.path("prompt_tokens"));
  }

  /** How many of them were in the server's cache. */
  OptionalInt cachedTokens() {
    return counted(usage.path("prompt_tokens_details").path("cached_tokens"));
  }

  /** Tokens of the answer as the server counted them. */
  OptionalInt completionTokens() {
    return counted(usage.path("completion_tokens"));
  }

  private static OptionalInt counted(JsonNode number) {
    return number.canConvertToInt() ? OptionalInt.of(number.intValue()) : OptionalInt.empty();
  }

  /** Rules that were not kept, each once. */
  Set<String> violations() {
    return violations;
  }
}
