package io.maque.server.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.chat.Tool;
import io.maque.chat.ToolCallFormat;
import io.maque.engine.FinishReason;
import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.GenerationRequest;
import io.maque.generate.Timings;
import io.maque.generate.Usage;
import io.maque.server.http.Json;
import io.maque.server.ollama.AnswerParts.Part;
import io.maque.server.tools.ToolUse;
import io.maque.server.tools.ToolUse.Choice;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadAnswerTest {
  private static final InstantSource NOON = InstantSource.fixed(Instant.EPOCH);
  private static final ToolUse TOOLS =
      new ToolUse(
          List.of(new Tool("move", "", Map.of())),
          Map.of("move", Json.object()),
          Set.of(),
          Choice.AUTO,
          true);

  private static final String ANSWER =
      """
      <think>Left?</think>Well: <tool_call>
      {"name": "move", "arguments": {"to": "left", "by": [1, 2]}}
      </tool_call>
      <tool_call>
      {"name": "move", "arguments": {"to": "right"}}
      </tool_call>\
      """;

  @Test
  void thoughtsTextAndCallsHaveTheirPlaces() {
    JsonNode message = Json.tree(replies().whole(generation(ANSWER), end())).get("message");

    assertThat(message.get("thinking").asText()).isEqualTo("Left?");
    assertThat(message.get("content").asText().strip()).isEqualTo("Well:");
    assertThat(message.get("tool_calls"))
        .hasToString(
            "[{\"function\":{\"name\":\"move\",\"arguments\":{\"to\":\"left\",\"by\":[1,2]}}},"
                + "{\"function\":{\"name\":\"move\",\"arguments\":{\"to\":\"right\"}}}]");
  }

  @Test
  void aStreamOfSingleCharactersTellsTheSame() {
    Replies replies = replies();
    List<JsonNode> parts = new ArrayList<>();
    for (int i = 0; i < ANSWER.length(); i++) {
      replies
          .part(new Piece(ANSWER.substring(i, i + 1), List.of()))
          .map(Json::tree)
          .ifPresent(parts::add);
    }
    replies.last(generation(ANSWER), end()).forEach(part -> parts.add(Json.tree(part)));

    JsonNode whole = Json.tree(replies().whole(generation(ANSWER), end())).get("message");
    assertThat(joined(parts, "content")).isEqualTo(whole.get("content").asText());
    assertThat(joined(parts, "thinking")).isEqualTo("Left?");
    List<JsonNode> calls = new ArrayList<>();
    parts.forEach(part -> part.at("/message/tool_calls").forEach(calls::add));
    assertThat(calls).containsExactlyElementsOf(whole.get("tool_calls"));
    assertThat(parts)
        .filteredOn(part -> part.get("done").asBoolean())
        .containsExactly(parts.getLast());
    assertThat(parts.getLast().at("/message/content").asText("missing")).isEmpty();
  }

  @Test
  void aCallThatWasCutOffIsText() {
    String cut = "<tool_call>\n{\"name\": \"move\", \"arguments\": {\"to\": \"le";

    JsonNode message = Json.tree(replies().whole(generation(cut), end())).get("message");

    assertThat(message.has("tool_calls")).isFalse();
    assertThat(message.get("content").asText()).contains("move").contains("\"to\": \"le");
  }

  private static String joined(List<JsonNode> parts, String field) {
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> text.append(part.at("/message/" + field).asText("")));
    return text.toString();
  }

  private static Replies replies() {
    return new ReadAnswer(
        GenerationRequest.chat("Where?"),
        listener -> TOOLS.reader(Optional.of(ToolCallFormat.HERMES), false, listener),
        new ReadAnswer.Writer() {
          @Override
          public Object part(Part part) {
            return ChatReply.of("tiny", NOON, part, null);
          }

          @Override
          public Object last(Part part, Generation generation, ReplyEnd end) {
            return ChatReply.of("tiny", NOON, part, end);
          }
        });
  }

  private static Generation generation(String text) {
    return new Generation(
        text,
        List.of(),
        List.of(),
        FinishReason.STOP,
        new Usage(1, 0, 1, 0),
        new Timings(0, 0, 0, 0, 0, 0, 0, 0),
        List.of());
  }

  private static ReplyEnd end() {
    return ReplyEnd.ofLoading(1);
  }
}
