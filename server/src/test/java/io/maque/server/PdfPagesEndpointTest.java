package io.maque.server;

import static io.maque.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.server.pdf.SamplePdf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PdfPagesEndpointTest {
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
  void drawsEveryPageAsItIsReady() throws IOException {
    HttpResponse<String> response = post("edge=240", SamplePdf.ofPages(3));

    List<JsonNode> lines = response.body().lines().map(line -> json(line)).toList();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
    assertThat(lines).extracting(line -> line.at("/page").asInt()).containsExactly(1, 2, 3);
    assertThat(lines).extracting(line -> line.at("/pages").asInt()).containsOnly(3);
    assertThat(lines).extracting(line -> line.at("/height").asInt()).containsOnly(240);
    byte[] png =
        Base64.getDecoder()
            .decode(lines.getFirst().at("/image").asText().replace("data:image/png;base64,", ""));
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getHeight()).isEqualTo(240);
  }

  @Test
  void drawsThePagesThatWereChosenAtAtMost150DotsPerInch() {
    HttpResponse<String> response = post("edge=2048&pages=3,1", SamplePdf.ofPages(3));

    List<JsonNode> lines = response.body().lines().map(line -> json(line)).toList();
    assertThat(lines).extracting(line -> line.at("/page").asInt()).containsExactly(3, 1);
    // A4 is 841.89 points high.
    assertThat(lines).extracting(line -> line.at("/height").asInt()).containsOnly(1753);
  }

  @Test
  void refusesWhatCannotBeDrawnWithASentence() {
    assertRefused(post("", new byte[0]), "found nothing");
    assertRefused(post("", "no PDF".getBytes()), "damaged, or no PDF");
    assertRefused(post("", SamplePdf.encrypted()), "password");
    assertRefused(post("pages=4", SamplePdf.ofPages(3)), "page 4: it has 3 pages");
    assertRefused(post("pages=1", SamplePdf.withUnreadableImage()), "page 1 cannot be drawn");
    assertRefused(post("edge=63", SamplePdf.ofPages(1)), "edge: expected 64 to 2048");
    assertRefused(post("edge=4096", SamplePdf.ofPages(1)), "edge: expected 64 to 2048");
    assertRefused(post("edge=NaN", SamplePdf.ofPages(1)), "edge");
    assertRefused(post("pages=0", SamplePdf.ofPages(1)), "numbers from 1");
    assertRefused(post("pages=1,,2", SamplePdf.ofPages(1)), "pages");
    assertRefused(post("edge=2048&pages=" + "1,".repeat(16) + "1", SamplePdf.ofPages(1)), "most");
  }

  private static void assertRefused(HttpResponse<String> response, String sentence) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(json(response).at("/error/message").asText()).contains(sentence);
  }

  private static HttpResponse<String> post(String query, byte[] pdf) {
    return server.send(
        server
            .request("/page/pdf?" + query)
            .header("Content-Type", "application/pdf")
            .POST(BodyPublishers.ofByteArray(pdf)));
  }
}
