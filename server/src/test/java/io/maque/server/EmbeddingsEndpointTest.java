package io.maque.server;

import static io.maque.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddingsEndpointTest {
  private static final String PATH = "/v1/embeddings";
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
  void everyTextBecomesAVectorOfLengthOne() {
    HttpResponse<String> response =
        server.post(PATH, "{\"model\": \"tiny\", \"input\": [\"the sky\", \"麻雀\"]}");

    JsonNode body = json(response);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(body.at("/data")).hasSize(2);
    for (JsonNode each : body.at("/data")) {
      double squares = 0;
      for (JsonNode value : each.at("/embedding")) {
        squares += value.asDouble() * value.asDouble();
      }
      assertThat(each.at("/embedding")).hasSize(server.model().card().embeddingLength());
      assertThat(squares).isCloseTo(1, within(1e-4));
    }
    assertThat(body.at("/data/1/index").asInt()).isOne();
    assertThat(body.at("/usage/prompt_tokens").asInt()).isPositive();
  }

  @Test
  void base64HoldsTheSameFloats() {
    JsonNode floats = json(server.post(PATH, "{\"input\": \"the sky\"}")).at("/data/0/embedding");
    String base64 =
        json(server.post(PATH, "{\"input\": \"the sky\", \"encoding_format\": \"base64\"}"))
            .at("/data/0/embedding")
            .asText();

    FloatBuffer decoded =
        ByteBuffer.wrap(Base64.getDecoder().decode(base64))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    assertThat(decoded.remaining()).isEqualTo(floats.size());
    for (int i = 0; i < floats.size(); i++) {
      assertThat(decoded.get(i)).isEqualTo(floats.get(i).floatValue());
    }
  }

  @Test
  void refusesWhatHasNoVector() {
    HttpResponse<String> empty = server.post(PATH, "{\"input\": [\"a\", \"\"]}");
    HttpResponse<String> shorter = server.post(PATH, "{\"input\": \"a\", \"dimensions\": 8}");

    assertThat(empty.statusCode()).isEqualTo(400);
    assertThat(json(empty).at("/error/param").asText()).isEqualTo("input[1]");
    assertThat(shorter.statusCode()).isEqualTo(400);
    assertThat(json(shorter).at("/error/param").asText()).isEqualTo("dimensions");
  }
}
