package io.maque.server;

import static io.maque.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.chat.Message;
import io.maque.generate.Generation;
import io.maque.generate.GenerationRequest;
import io.maque.generate.Prompt;
import io.maque.sampling.SamplingOptions;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class OllamaEndpointsTest {
  private static final String GREEDY = "\"options\": {\"temperature\": 0, \"num_predict\": 8}";
  private static final String USER = "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]";
  private static final String TOOLS =
      "\"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"stop\"}}]";
  private static TinyServer server;

  @BeforeAll
  static void start() {
    server = TinyServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void chatStreamsUnlessToldOtherwise() {
    List<JsonNode> lines =
        lines(server.post("/api/chat", "{\"model\": \"tiny\", %s, %s}".formatted(USER, GREEDY)));

    assertThat(lines).hasSizeGreaterThan(2);
    assertThat(texts(lines, "/message/content"))
        .isEqualTo(generation(List.of(Message.user("Hello"))).text());
    for (JsonNode line : lines) {
      assertThat(line.at("/model").asText()).isEqualTo("tiny");
      assertThat(line.at("/message/role").asText()).isEqualTo("assistant");
      assertThat(Instant.parse(line.at("/created_at").asText())).isBefore(Instant.now());
      assertThat(line.at("/done").asBoolean()).isEqualTo(line == lines.getLast());
      assertThat(line.has("done_reason")).isEqualTo(line == lines.getLast());
    }
    checkEnd(lines.getLast());
  }

  @Test
  void chatInOnePiece() {
    HttpResponse<String> response =
        server.post(
            "/api/chat",
            "{\"model\": \"tiny:latest\", %s, %s, \"stream\": false}".formatted(USER, GREEDY));

    JsonNode reply = json(response);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(reply.at("/message/content").asText())
        .isEqualTo(generation(List.of(Message.user("Hello"))).text());
    assertThat(reply.at("/done").asBoolean()).isTrue();
    checkEnd(reply);
  }

  private static void checkEnd(JsonNode end) {
    assertThat(end.at("/done_reason").asText()).isEqualTo("length");
    assertThat(end.at("/eval_count").asInt()).isEqualTo(8);
    assertThat(end.at("/prompt_eval_count").asInt()).isPositive();
    assertThat(end.at("/total_duration").asLong())
        .isGreaterThan(end.at("/eval_duration").asLong())
        .isGreaterThan(end.at("/load_duration").asLong());
    assertThat(end.at("/eval_duration").isIntegralNumber()).isTrue();
  }

  @Test
  void generateAnswersAQuestionWithSystemText() {
    JsonNode reply =
        json(
            server.post(
                "/api/generate",
                """
                {"model": "tiny", "prompt": "Hello", "system": "Be brief.", "stream": false, %s}\
                """
                    .formatted(GREEDY)));

    Generation expected = generation(List.of(Message.system("Be brief."), Message.user("Hello")));
    assertThat(reply.at("/response").asText()).isEqualTo(expected.text());
    assertThat(reply.at("/context")).hasSize(expected.usage().promptTokens() + 8);
  }

  @Test
  void rawTextIsTakenAsItIs() {
    JsonNode reply =
        json(
            server.post(
                "/api/generate",
                "{\"model\": \"tiny\", \"prompt\": \"Hello\", \"raw\": true, \"stream\": false, %s}"
                    .formatted(GREEDY)));

    assertThat(reply.at("/response").asText())
        .isEqualTo(generation(new Prompt.Text("Hello", true, true)).text());
  }

  @Test
  void theContextOfAnAnswerGoesOn() {
    JsonNode first = json(server.post("/api/generate", question("Hello", "")));
    JsonNode second =
        json(
            server.post(
                "/api/generate", question("More", ", \"context\": " + first.at("/context"))));

    List<Integer> ids = new ArrayList<>();
    first.at("/context").forEach(id -> ids.add(id.asInt()));
    Prompt more = new Prompt.Chat(List.of(Message.user("More")), List.of(), Map.of(), true);
    int[] question = server.model().encode(more);
    int bos = server.model().tokenizer().bos().orElse(-1);
    Arrays.stream(question).skip(question[0] == bos ? 1 : 0).forEach(ids::add);
    assertThat(second.at("/response").asText())
        .isEqualTo(generation(new Prompt.Tokens(ids)).text());
    assertThat(second.at("/prompt_eval_count").asInt()).isEqualTo(ids.size());
  }

  @Test
  void aSeedRepeatsAnAnswer() {
    String body =
        "{\"model\": \"tiny\", %s, \"stream\": false, \"options\": {\"seed\": %d, \"temperature\":"
            + " 1}}";

    String one = json(server.post("/api/chat", body.formatted(USER, 7))).at("/message").toString();
    String two = json(server.post("/api/chat", body.formatted(USER, 7))).at("/message").toString();
    String other =
        json(server.post("/api/chat", body.formatted(USER, 8))).at("/message").toString();

    assertThat(one).isEqualTo(two).isNotEqualTo(other);
  }

  @Test
  void stopStringsEndTheAnswer() {
    String text = generation(List.of(Message.user("Hello"))).text();
    String stop = text.substring(2, 3);
    JsonNode reply =
        json(
            server.post(
                "/api/chat",
                """
                {"model": "tiny", %s, "stream": false,
                 "options": {"temperature": 0, "num_predict": 8, "stop": [%s]}}\
                """
                    .formatted(USER, quoted(stop))));

    assertThat(reply.at("/message/content").asText())
        .isEqualTo(text.substring(0, text.indexOf(stop)));
    assertThat(reply.at("/done_reason").asText()).isEqualTo("stop");
  }

  @Test
  void anEmptyQuestionOnlyLoadsTheModel() {
    JsonNode generate = json(server.post("/api/generate", "{\"model\": \"tiny\"}"));
    JsonNode chat = json(server.post("/api/chat", "{\"model\": \"tiny\", \"messages\": []}"));

    assertThat(generate.at("/done_reason").asText()).isEqualTo("load");
    assertThat(generate.at("/response").asText("missing")).isEmpty();
    assertThat(chat.at("/done_reason").asText()).isEqualTo("load");
    assertThat(chat.at("/done").asBoolean()).isTrue();
  }

  @Test
  void answersAreHeldToAFormat() {
    String schema =
        """
        {"type": "object", "properties": {"sure": {"type": "boolean"}}, "required": ["sure"],
         "additionalProperties": false}\
        """;

    JsonNode answer =
        json(json(server.post("/api/chat", formatted(schema))).at("/message/content").asText());
    String any =
        json(server.post("/api/chat", formatted("\"json\""))).at("/message/content").asText();

    assertThat(answer.at("/sure").isBoolean()).isTrue();
    assertThat(any).startsWith("{");
  }

  private static String formatted(String format) {
    return "{\"model\": \"tiny\", %s, \"stream\": false, \"think\": false, \"format\": %s}"
        .formatted(USER, format);
  }

  @Test
  void listsAndShowsModels() {
    JsonNode tag = json(server.get("/api/tags")).at("/models/0");
    JsonNode loaded = json(server.get("/api/ps")).at("/models/0");
    JsonNode shown = json(server.post("/api/show", "{\"model\": \"tiny\"}"));
    JsonNode formerly = json(server.post("/api/show", "{\"name\": \"tiny\", \"verbose\": true}"));

    assertThat(tag.at("/name").asText()).isEqualTo("tiny");
    assertThat(tag.at("/model").asText()).isEqualTo("tiny");
    assertThat(tag.at("/digest").asText()).matches("[0-9a-f]{64}");
    assertThat(tag.at("/size").asLong()).isEqualTo(server.model().card().weightBytes());
    assertThat(tag.at("/details/format").asText()).isEqualTo("gguf");
    assertThat(tag.at("/details/family").asText()).isEqualTo(server.model().card().architecture());
    assertThat(Instant.parse(tag.at("/modified_at").asText())).isBefore(Instant.now());
    assertThat(loaded.at("/name").asText()).isEqualTo("tiny");
    assertThat(loaded.at("/context_length").asInt())
        .isEqualTo(server.model().card().contextLength());
    assertThat(shown.at("/template").asText())
        .isEqualTo(server.model().chatFormat().orElseThrow().source());
    assertThat(shown.at("/model_info").get("general.architecture").asText())
        .isEqualTo(server.model().card().architecture());
    assertThat(shown).isEqualTo(formerly);
    assertThat(json(server.get("/api/version")).at("/version").asText())
        .matches("\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void vectorsHaveLengthOne() {
    JsonNode many =
        json(server.post("/api/embed", "{\"model\": \"tiny\", \"input\": [\"one\", \"two\"]}"));
    JsonNode one = json(server.post("/api/embed", "{\"model\": \"tiny\", \"input\": \"one\"}"));
    JsonNode formerly =
        json(server.post("/api/embeddings", "{\"model\": \"tiny\", \"prompt\": \"one\"}"));

    assertThat(many.at("/embeddings")).hasSize(2);
    assertThat(many.at("/prompt_eval_count").asInt()).isGreaterThan(1);
    assertThat(one.at("/embeddings/0")).isEqualTo(many.at("/embeddings/0"));
    assertThat(formerly.at("/embedding")).isEqualTo(one.at("/embeddings/0"));
    double square = 0;
    for (JsonNode value : many.at("/embeddings/1")) {
      square += value.asDouble() * value.asDouble();
    }
    assertThat(square).isCloseTo(1, within(1e-4));
    assertThat(many.at("/embeddings/0")).hasSize(server.model().card().embeddingLength());
  }

  @Test
  void aTextTooLongForAVectorIsCutOnlyWhenAsked() {
    String input = "\"%s\"".formatted("word ".repeat(5000));
    HttpResponse<String> refused =
        server.post("/api/embed", "{\"model\": \"tiny\", \"input\": %s}".formatted(input));
    HttpResponse<String> cut =
        server.post(
            "/api/embed",
            "{\"model\": \"tiny\", \"input\": %s, \"truncate\": true}".formatted(input));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(cut.statusCode()).isEqualTo(200);
    assertThat(json(cut).at("/prompt_eval_count").asInt())
        .isEqualTo(server.model().card().contextLength());
  }

  @TestFactory
  Stream<DynamicTest> refusals() {
    String image = "\"images\": [\"aGk=\"]";
    return Stream.of(
        refusal("/api/chat", USER, "\"model\": \"none\"", 404, "'none' is not served here"),
        refusal("/api/chat", USER, "\"model\": \"\"", 400, "model"),
        refusal("/api/chat", USER, "\"think\": 1", 400, "think"),
        refusal("/api/chat", USER, "\"truncate\": true", 400, "never cut"),
        refusal("/api/chat", USER, "\"keep_alive\": \"soon\"", 400, "keep_alive"),
        refusal("/api/chat", USER, "\"options\": {\"warmth\": 1}", 400, "options.warmth"),
        refusal("/api/chat", USER, "\"options\": {\"top_p\": 2}", 400, "options.top_p"),
        refusal("/api/chat", USER, "\"options\": {\"mirostat\": 1}", 400, "mirostat"),
        refusal("/api/chat", USER, "\"options\": {\"num_predict\": 0}", 400, "num_predict"),
        refusal("/api/chat", USER, "\"options\": {\"num_ctx\": 9999999}", 400, "num_ctx"),
        refusal("/api/chat", USER, "\"options\": {\"stop\": [\"\"]}", 400, "options.stop[0]"),
        refusal(
            "/api/chat",
            "\"messages\": [{\"role\": \"user\", \"content\": \"what?\", %s}]".formatted(image),
            "",
            400,
            "cannot read images"),
        refusal("/api/generate", "\"prompt\": \"a\"", image, 400, "cannot read images"),
        refusal("/api/generate", "\"prompt\": \"a\"", "\"suffix\": \"b\"", 400, "suffix"),
        refusal("/api/generate", "\"prompt\": \"a\"", "\"template\": \"b\"", 400, "template"),
        refusal(
            "/api/generate", "\"prompt\": \"a\"", "\"raw\": true, \"system\": \"b\"", 400, "raw"),
        refusal("/api/generate", "\"prompt\": \"a\"", "\"context\": [99999999]", 400, "context"),
        refusal("/api/embed", "\"input\": [1]", "", 400, "input[0]"),
        refusal("/api/embed", "\"input\": \"a\"", "\"dimensions\": 2", 400, "dimensions"),
        refusal("/api/pull", "", "", 501, "maque pull"),
        refusal("/api/delete", "", "", 501, "maque rm"));
  }

  private static DynamicTest refusal(
      String path, String fields, String wrong, int status, String expected) {
    String model = wrong.contains("\"model\"") ? "" : "\"model\": \"tiny\"";
    String body =
        Stream.of(model, fields, wrong)
            .filter(part -> !part.isEmpty())
            .reduce((a, b) -> a + ", " + b)
            .orElse("");
    return DynamicTest.dynamicTest(
        path + " " + wrong,
        () -> {
          HttpResponse<String> response = server.post(path, "{" + body + "}");
          assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
          assertThat(json(response)).hasSize(1);
          assertThat(json(response).at("/error").asText()).contains(expected);
        });
  }

  @Test
  void aBodyWithoutContentTypeWillDo() {
    HttpResponse<String> response =
        server.send(
            server
                .request("/api/generate")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(question("Hello", ""))));

    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void harmlessOptionsOfOtherEnginesAreAccepted() {
    HttpResponse<String> response =
        server.post(
            "/api/chat",
            """
            {"model": "tiny", %s, "stream": false, "keep_alive": "5m", "truncate": false,
             "options": {"num_predict": 1, "num_ctx": 8, "num_thread": 4, "num_gpu": 0,
                         "use_mmap": true, "mirostat": 0, "typical_p": 1.0, "repeat_last_n": -1,
                         "repeat_penalty": 1.1, "top_k": 5, "top_p": 0, "min_p": 0.1}}\
            """
                .formatted(USER));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private static String question(String prompt, String more) {
    return "{\"model\": \"tiny\", \"prompt\": \"%s\", \"stream\": false, %s%s}"
        .formatted(prompt, GREEDY, more);
  }

  private static String quoted(String text) {
    return new com.fasterxml.jackson.databind.node.TextNode(text).toString();
  }

  private static List<JsonNode> lines(HttpResponse<String> response) {
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
    return response.body().lines().map(TinyServer::json).toList();
  }

  private static String texts(List<JsonNode> lines, String pointer) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.at(pointer).asText()));
    return text.toString();
  }

  private static Generation generation(List<Message> messages) {
    return generation(new Prompt.Chat(messages, List.of(), Map.of(), true));
  }

  private static Generation generation(Prompt prompt) {
    return server
        .model()
        .generate(
            GenerationRequest.of(prompt)
                .withSampling(SamplingOptions.builder().temperature(0).build())
                .withMaxTokens(8),
            piece -> {});
  }
}
