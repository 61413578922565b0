package io.maque.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import io.maque.server.schema.ResponseFormat;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What chat and generate say alike about the answer.
 *
 * @param stream whether it is sent while it grows; so it is when nothing is said
 * @param options how tokens are chosen
 * @param format what it must be; empty for any text
 * @param think whether the model is to think first; empty leaves that to it
 * @param keepAlive how long the model stays in memory afterwards; empty changes nothing
 */
record AnswerFields(
    boolean stream,
    OptionFields options,
    Optional<ResponseFormat> format,
    Optional<Boolean> think,
    Optional<Duration> keepAlive) {

  static AnswerFields read(JsonFields body) {
    boolean stream = body.flag("stream", true);
    OptionFields options = OptionFields.read(body);
    Optional<Duration> keepAlive = KeepAlive.read(body);
    for (String cut : new String[] {"truncate", "shift"}) {
      if (body.flag(cut, false)) {
        throw HttpException.unsupported(
            cut, "a conversation is never cut here: send less of it, or set it to false");
      }
    }
    return new AnswerFields(stream, options, Format.read(body), think(body), keepAlive);
  }

  private static Optional<Boolean> think(JsonFields body) {
    JsonNode think = body.any("think").orElse(null);
    if (think != null && !think.isBoolean()) {
      throw JsonFields.wrongType("think", "true or false", think);
    }
    return Optional.ofNullable(think).map(JsonNode::booleanValue);
  }

  /** Arguments of the chat template: the name that Qwen's templates and others after them have. */
  Map<String, Object> templateArguments() {
    return think.<Map<String, Object>>map(on -> Map.of("enable_thinking", on)).orElse(Map.of());
  }
}
