package io.maque.server;

import static io.maque.server.TinyServer.BLIND;
import static io.maque.server.TinyServer.MODEL;
import static io.maque.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.fixture.TinyVision;
import java.awt.Color;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Pictures in both dialects, from the request to what the answer tells of them. */
class PicturesEndpointTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final byte[] WIDE = TinyVision.png(60, 20, Color.ORANGE);
  private static final byte[] TALL = TinyVision.png(11, 33, Color.BLUE);
  private static TinyServer server;

  @BeforeAll
  static void start() {
    server = TinyServer.startWithEyes();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String base64(byte[] file) {
    return Base64.getEncoder().encodeToString(file);
  }

  private static String part(String url) {
    return "{\"type\": \"image_url\", \"image_url\": {\"url\": \"%s\"}}".formatted(url);
  }

  private static String part(byte[] file) {
    return part("data:image/png;base64," + base64(file));
  }

  private static String question(String model, String more, String... parts) {
    return """
    {"model": "%s", "temperature": 0, "max_tokens": 4%s, "messages": [{"role": "user", "content": [%s]}]}\
    """
        .formatted(model, more, String.join(",", parts));
  }

  private static final String TEXT = "{\"type\": \"text\", \"text\": \"What is it?\"}";

  private static JsonNode answer(String body) {
    HttpResponse<String> response = server.post(CHAT, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  @Test
  void theAnswerTellsWhatBecameOfThePicture() {
    byte[] unseen = TinyVision.png(60, 20, Color.PINK);
    JsonNode answer = answer(question(MODEL, "", part(unseen), TEXT));

    JsonNode image = answer.at("/images/0");
    assertThat(image.at("/original")).isEqualTo(json("{\"width\": 60, \"height\": 20}"));
    assertThat(image.at("/processed")).isEqualTo(json("{\"width\": 28, \"height\": 28}"));
    assertThat(image.at("/tokens").asInt()).isEqualTo(TinyVision.IMAGE_TOKENS);
    assertThat(answer.at("/images").size()).isEqualTo(1);
    assertThat(answer.at("/usage/prompt_tokens_details/image_tokens").asInt())
        .isEqualTo(TinyVision.IMAGE_TOKENS);
    assertThat(answer.at("/timings/image_decode_ms").isNumber()).isTrue();
    assertThat(answer.at("/timings/preprocess_ms").isNumber()).isTrue();
    assertThat(answer.at("/timings/image_encode_ms").asDouble()).isPositive();
  }

  @Test
  void severalPicturesCountInTheirOrderAndAreCached() {
    String body = question(MODEL, "", TEXT, part(TALL), part(WIDE), TEXT);
    JsonNode first = answer(body);
    JsonNode second = answer(body);

    assertThat(first.at("/images/0/original/height").asInt()).isEqualTo(33);
    assertThat(first.at("/images/1/original/height").asInt()).isEqualTo(20);
    assertThat(first.at("/usage/prompt_tokens_details/image_tokens").asInt())
        .isEqualTo(2 * TinyVision.IMAGE_TOKENS);
    assertThat(second.at("/choices/0/message/content"))
        .isEqualTo(first.at("/choices/0/message/content"));
    assertThat(second.at("/timings/image_encode_ms").asDouble()).isZero();
    assertThat(second.at("/usage/prompt_tokens_details/cached_tokens").asInt())
        .isGreaterThan(2 * TinyVision.IMAGE_TOKENS);
  }

  @Test
  void aStreamTellsTheSameWithItsEnd() {
    List<String> events =
        TinyServer.events(
            server.post(
                CHAT,
                question(
                    MODEL,
                    ", \"stream\": true, \"stream_options\": {\"include_usage\": true}",
                    part(WIDE),
                    TEXT)));
    List<JsonNode> chunks =
        events.stream().filter(event -> event.startsWith("{")).map(TinyServer::json).toList();

    assertThat(chunks).filteredOn(chunk -> chunk.has("images")).hasSize(1);
    JsonNode end = chunks.stream().filter(chunk -> chunk.has("images")).findFirst().orElseThrow();
    assertThat(end.at("/choices/0/finish_reason").isTextual()).isTrue();
    assertThat(end.at("/images/0/tokens").asInt()).isEqualTo(TinyVision.IMAGE_TOKENS);
    assertThat(chunks.getLast().at("/usage/prompt_tokens_details/image_tokens").asInt())
        .isEqualTo(TinyVision.IMAGE_TOKENS);
  }

  @TestFactory
  Stream<DynamicTest> everyWayToWriteADataUrl() {
    String base64 = base64(WIDE);
    String lines = base64.replaceAll(".{76}", "$0\\\\r\\\\n");
    return Stream.of(
            "data:image/png;base64," + base64,
            "data:;base64," + base64,
            "DATA:IMAGE/PNG;BASE64," + base64,
            "data:image/png;name=a.png;base64," + base64,
            "data:base64;image/png," + base64,
            "data:application/octet-stream;base64," + base64,
            "data:image/jpeg;base64," + base64,
            "data:image/png; base64," + base64.replaceAll("=+$", ""),
            "data:image/png;base64," + base64.replace('+', '-').replace('/', '_'),
            "data:image/png;base64," + lines)
        .map(url ->
            DynamicTest.dynamicTest(
                url.substring(0, 30),
                () ->
                    assertThat(
                            answer(question(MODEL, "", part(url), TEXT))
                                .at("/images/0/original/width")
                                .asInt())
                        .isEqualTo(60)));
  }

  @TestFactory
  @Timeout(20)
  Stream<DynamicTest> whatIsNoPictureIsRefusedByName() {
    byte[] cut = Arrays.copyOf(WIDE, WIDE.length / 2);
    byte[] huge = WIDE.clone();
    huge[16] = 0x7F; // a width of two thousand million
    return Stream.of(
            part(""),
            part("cat.png"),
            part("file:///etc/passwd"),
            part("data:image/png," + base64(WIDE)),
            part("data:image/png;base64,"),
            part("data:image/png;base64,%%%"),
            part("data:image/png;base64," + base64("hello".getBytes())),
            part("data:application/pdf;base64," + base64("%PDF-1.7".getBytes())),
            part("data:image/svg+xml;base64," + base64("<svg/>".getBytes())),
            part(cut),
            part(huge),
            part("http://127.0.0.1:8080/metrics"),
            part("https://example.org/cat.png"),
            "{\"type\": \"image_url\", \"image_url\": \"data:image/png;base64,AAAA\"}",
            "{\"type\": \"image_url\"}",
            part(WIDE).replace("}}", ", \"detail\": \"ultra\"}}"),
            part(WIDE).replace("}}", "}, \"x\": 1}"))
        .map(part ->
            DynamicTest.dynamicTest(
                part.substring(part.indexOf(':') + 1, Math.min(part.length(), 90)),
                () -> {
                  long begin = System.nanoTime();
                  HttpResponse<String> response =
                      server.post(CHAT, question(MODEL, "", part, TEXT));
                  assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
                  assertThat(json(response).at("/error/message").asText())
                      .isNotBlank()
                      .hasSizeLessThan(400)
                      .doesNotContain("Exception", "io.maque");
                  assertThat((System.nanoTime() - begin) / 1e9).isLessThan(5);
                }));
  }

  @Test
  void addressesAreRefusedWithTheSettingThatAllowsThem() {
    HttpResponse<String> response =
        server.post(CHAT, question(MODEL, "", part("https://example.org/cat.png"), TEXT));

    assertThat(json(response).at("/error/message").asText())
        .contains("fetches no pictures from example.org", "image-host");
    assertThat(json(response).at("/error/param").asText())
        .isEqualTo("messages[0].content[0].image_url.url");
  }

  @Test
  void oneBadPictureOfSeveralIsNamed() {
    HttpResponse<String> response =
        server.post(
            CHAT,
            question(MODEL, "", part(WIDE), part("data:;base64," + base64("no".getBytes())), TEXT));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/error/code").asText()).isEqualTo("invalid_image");
    assertThat(json(response).at("/error/message").asText()).startsWith("image 2 of 2: ");
  }

  @Test
  void morePicturesThanTheContextHoldsAreRefusedBeforeTheyAreDecoded() {
    String[] parts = new String[200];
    Arrays.fill(parts, part(WIDE));

    HttpResponse<String> response = server.post(CHAT, question(MODEL, "", parts));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/error/code").asText()).isEqualTo("context_length_exceeded");
  }

  @Test
  void aModelWithoutEyesSaysSo() {
    HttpResponse<String> response = server.post(CHAT, question(BLIND, "", part(WIDE), TEXT));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/error/message").asText())
        .contains("model blind cannot read images");
  }

  @Test
  void detailIsTakenAndPicturesBelongToTheUser() {
    for (String detail : List.of("auto", "low", "high")) {
      String seen = part(WIDE).replace("}}", ", \"detail\": \"" + detail + "\"}}");
      assertThat(answer(question(MODEL, "", seen, TEXT)).at("/images").size()).isEqualTo(1);
    }
    String system = "{\"messages\": [{\"role\": \"system\", \"content\": [" + part(WIDE) + "]}]}";
    assertThat(server.post(CHAT, system).statusCode()).isEqualTo(400);
  }

  @Test
  void theShortFormTakesAPicture() {
    for (String image : List.of(base64(WIDE), "data:image/png;base64," + base64(WIDE))) {
      JsonNode answer =
          answer(
              "{\"model\": \"%s\", \"prompt\": \"What?\", \"image\": \"%s\", \"max_tokens\": 2}"
                  .formatted(MODEL, image));
      assertThat(answer.at("/response").isTextual()).isTrue();
      assertThat(answer.at("/images/0/tokens").asInt()).isEqualTo(TinyVision.IMAGE_TOKENS);
    }
  }

  @Test
  void ollamaTakesPicturesInChatsAndQuestions() {
    String end = "\"stream\": false, \"options\": {\"num_predict\": 2}";
    JsonNode chat =
        json(
            server.post(
                "/api/chat",
                """
                {"model": "%s", "messages": [{"role": "user", "content": "What?", "images": ["%s"]}], %s}\
                """
                    .formatted(MODEL, base64(WIDE), end)));
    JsonNode generate =
        json(
            server.post(
                "/api/generate",
                """
                {"model": "%s", "prompt": "What?", "images": ["%s", "%s"], %s}\
                """
                    .formatted(MODEL, base64(WIDE), base64(TALL), end)));

    assertThat(chat.at("/eval_count").asInt()).isPositive();
    assertThat(chat.at("/prompt_eval_count").asInt()).isGreaterThan(TinyVision.IMAGE_TOKENS);
    assertThat(generate.at("/eval_count").asInt()).isPositive();
    assertThat(generate.has("context")).isFalse();
    assertThat(
            server
                .post(
                    "/api/generate",
                    "{\"model\": \"tiny\", \"prompt\": \"a\", \"images\": [\"AAAA\"]}")
                .statusCode())
        .isEqualTo(400);
    assertThat(
            server
                .post(
                    "/api/generate",
                    "{\"model\": \"blind\", \"prompt\": \"a\", \"images\": [\"%s\"]}"
                        .formatted(base64(WIDE)))
                .body())
        .contains("model blind cannot read images");
  }

  @Test
  void modelsTellThatTheySee() {
    JsonNode models = json(server.get("/v1/models"));
    for (JsonNode model : models.at("/data")) {
      assertThat(model.at("/capabilities").toString().contains("vision"))
          .isEqualTo(model.at("/id").asText().equals(MODEL));
    }
    JsonNode show = json(server.post("/api/show", "{\"model\": \"tiny\"}"));
    assertThat(show.at("/capabilities").toString()).contains("vision");
  }

  @Test
  void stagesAreMeasured() {
    answer(question(MODEL, "", part(TinyVision.png(40, 40, Color.GREEN)), TEXT));

    assertThat(server.get("/metrics").body())
        .contains(
            "maque_image_decode_seconds_bucket{model=\"tiny\"",
            "maque_image_preprocess_seconds_count{model=\"tiny\"}",
            "maque_image_encode_seconds_sum{model=\"tiny\"}",
            "maque_images_total{model=\"tiny\"}",
            "maque_image_tokens_total{model=\"tiny\"}",
            "maque_batch_size_bucket{model=\"tiny\"",
            "maque_kv_use_bucket{model=\"tiny\"");
  }
}
