package io.maque.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import java.util.List;

/**
 * Fields of chat completions that change nothing here as long as they say what is the case anyway,
 * and those that cannot be served. A client learns the difference instead of an answer that is not
 * what it asked for.
 */
final class OtherFields {
  private OtherFields() {}

  static void take(JsonFields body) {
    if (body.flag("store", false)) {
      throw HttpException.unsupported("store", "this server keeps no answers: leave it out");
    }
    List<JsonNode> modalities = body.array("modalities");
    if (modalities.stream().anyMatch(kind -> !kind.asText().equals("text"))) {
      throw HttpException.unsupported("modalities", "answers are text only: leave it out");
    }
    // A hint that could make the answer faster, never another one.
    body.accept("prediction");
    body.refuse("audio", "answers are text only");
    body.refuse("functions", "this is the old form of tools: send tools");
    body.refuse("function_call", "this is the old form of tool_choice: send tool_choice");
    body.refuse(
        "reasoning_effort",
        "models here think as their chat template says; send"
            + " chat_template_kwargs, such as {\"enable_thinking\": false}");
    body.refuse("verbosity", "models here know no such setting: say it in a message");
    body.refuse("web_search_options", "this server searches nothing");
  }
}
