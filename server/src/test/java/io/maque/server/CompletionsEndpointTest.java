package io.maque.server;

import static io.maque.server.TinyServer.events;
import static io.maque.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.generate.Score;
import io.maque.tokenizer.Special;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CompletionsEndpointTest {
  private static final String PATH = "/v1/completions";
  private static TinyServer server;

  @BeforeAll
  static void start() {
    server = TinyServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode completion(String json) {
    HttpResponse<String> response = server.post(PATH, json);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  @Test
  void continuesSixteenTokensWhenNothingIsSaid() {
    JsonNode body = completion("{\"prompt\": \"the sky\", \"logit_bias\": {\"0\": 1}}");

    assertThat(body.at("/object").asText()).isEqualTo("text_completion");
    assertThat(body.at("/usage/completion_tokens").asInt()).isLessThanOrEqualTo(16);
    assertThat(body.at("/choices/0/logprobs").isNull()).isTrue();
  }

  @Test
  void echoesThePromptWithItsLogProbabilities() {
    JsonNode body =
        completion(
            """
            {"prompt": "the sky", "echo": true, "logprobs": 2, "max_tokens": 0}\
            """);

    int[] ids = server.model().tokenizer().encode("the sky", Special.PARSE);
    Score score = server.model().score(ids);
    JsonNode logprobs = body.at("/choices/0/logprobs");
    assertThat(body.at("/choices/0/text").asText()).isEqualTo("the sky");
    assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(logprobs.at("/tokens")).hasSize(ids.length);
    assertThat(logprobs.at("/tokens/0").asText()).isEqualTo("the");
    assertThat(logprobs.at("/token_logprobs/0").isNull()).isTrue();
    for (int i = 1; i < ids.length; i++) {
      assertThat(logprobs.at("/token_logprobs/" + i).floatValue())
          .isCloseTo(score.logprobs()[i - 1], within(1e-5f));
      assertThat(logprobs.at("/top_logprobs/" + i).size()).isBetween(2, 3);
    }
    assertThat(logprobs.at("/text_offset").toString()).startsWith("[0,3,4,");
  }

  @Test
  void streamsWhatItAnswersWhole() {
    String request =
        """
        {"prompt": ["the", "sky"], "n": 2, "echo": true, "logprobs": 1, "max_tokens": 4,
         "seed": 5%s}\
        """;
    JsonNode whole = completion(request.formatted(""));
    List<String> events = events(server.post(PATH, request.formatted(", \"stream\": true")));

    assertThat(events.getLast()).isEqualTo("[DONE]");
    for (int index = 0; index < 4; index++) {
      StringBuilder text = new StringBuilder();
      List<String> tokens = new ArrayList<>();
      List<Integer> offsets = new ArrayList<>();
      for (String event : events.subList(0, events.size() - 1)) {
        JsonNode choice = json(event).at("/choices/0");
        if (choice.at("/index").asInt() == index) {
          text.append(choice.at("/text").asText());
          choice.at("/logprobs/tokens").forEach(token -> tokens.add(token.asText()));
          choice.at("/logprobs/text_offset").forEach(offset -> offsets.add(offset.asInt()));
        }
      }
      JsonNode choice = whole.at("/choices/" + index);
      assertThat(text).hasToString(choice.at("/text").asText());
      assertThat(tokens).hasSameSizeAs(choice.at("/logprobs/tokens"));
      assertThat(offsets.getFirst()).isZero();
    }
  }

  @Test
  void answersOfOneSeedDifferAndComeAgain() {
    String request = "{\"prompt\": \"a\", \"n\": 2, \"seed\": 3, \"temperature\": 2, \"top_k\": 0}";
    JsonNode first = completion(request);
    JsonNode second = completion(request);

    assertThat(first.at("/choices")).isEqualTo(second.at("/choices"));
    assertThat(first.at("/choices/0/text")).isNotEqualTo(first.at("/choices/1/text"));
  }

  @Test
  void takesTokenIdsForText() {
    int[] ids = server.model().tokenizer().encode("the sky", Special.PARSE);
    String tokens = Arrays.toString(ids);
    String more = "\"temperature\": 0, \"max_tokens\": 4}";

    JsonNode fromText = completion("{\"prompt\": \"the sky\", " + more);
    JsonNode fromTokens = completion("{\"prompt\": " + tokens + ", " + more);
    JsonNode fromBoth = completion("{\"prompt\": [" + tokens + "], \"echo\": true, " + more);

    assertThat(fromTokens.at("/choices")).isEqualTo(fromText.at("/choices"));
    assertThat(fromBoth.at("/choices/0/text").asText())
        .isEqualTo("the sky" + fromText.at("/choices/0/text").asText());
  }

  @Test
  void namesOfControlTokensAreTheClientsChoice() {
    JsonNode parsed = completion("{\"prompt\": \"<|im_start|>\", \"max_tokens\": 1}");
    JsonNode text =
        completion("{\"prompt\": \"<|im_start|>\", \"max_tokens\": 1, \"parse_special\": false}");

    assertThat(parsed.at("/usage/prompt_tokens").asInt()).isOne();
    assertThat(text.at("/usage/prompt_tokens").asInt()).isGreaterThan(1);
  }
}
