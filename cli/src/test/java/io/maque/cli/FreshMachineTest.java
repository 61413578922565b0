package io.maque.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.chat.ImageDetail;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.hub.Hub;
import io.maque.hub.HubConfig;
import io.maque.hub.store.ModelFiles;
import io.maque.sampling.SamplingOptions;
import io.maque.server.page.PageFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine without any model: the one in the box sees, talks and is served, as every other is. */
@Timeout(300)
class FreshMachineTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path home;
  private Path picture;

  @BeforeEach
  void writePicture() throws IOException {
    home = folder.resolve("home");
    picture = Files.write(folder.resolve("text.png"), sample("text-en.png"));
  }

  private static byte[] sample(String file) {
    return PageFiles.shared().find("samples/" + file).orElseThrow().bytes();
  }

  @Test
  void commandsTakeTheBuiltInModelByItsName() throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), "What can you do?");
    Invocation run =
        Invocation.inHome(
            home, "run", "maque-nano", "Read it.", "--image", picture.toString(), "--json");
    Invocation inspect = Invocation.inHome(home, "inspect", "maque-nano", "--json");
    Invocation ids = Invocation.inHome(home, "tokenize", "maque-nano", "Hello");
    Invocation score = Invocation.inHome(home, "perplexity", "maque-nano", "--file", text + "");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode answer = JSON.readTree(run.out());
    assertThat(answer.get("text").asText()).isNotBlank();
    assertThat(answer.get("usage").get("imageTokens").asInt()).isPositive();
    assertThat(JSON.readTree(inspect.out()).get("path").asText())
        .startsWith(home.resolve("built-in").toString());
    assertThat(ids.out()).matches("[0-9]+( [0-9]+)*\\R");
    assertThat(score.exitCode()).as(score.err()).isZero();
    assertThat(home.resolve("models")).as("it is no model of the store").doesNotExist();
  }

  @Test
  void aBareServeAnswersAboutAPictureAndSaysWhoItIs() throws Exception {
    Process serve = serve();
    try (BufferedReader err = serve.errorReader(UTF_8)) {
      String address = untilLine(err, "serving at ").replaceFirst("serving at ", "");
      assertThat(untilLine(err, "demonstration")).startsWith("maque-nano is the demonstration");
      assertThat(untilLine(err, "machine")).contains("fetch a model that suits this machine");
      assertThat(err.readLine()).contains("maque pull ");

      JsonNode models = JSON.readTree(get(address + "v1/models").body()).get("data");
      assertThat(models).hasSize(1);
      assertThat(models.get(0).get("id").asText()).isEqualTo("maque-nano");
      assertThat(models.get(0).get("capabilities").toString())
          .isEqualTo("[\"completion\",\"chat\",\"vision\",\"demonstration\"]");
      assertThat(JSON.readTree(get(address + "api/tags").body()).at("/models/0/name").asText())
          .isEqualTo("maque-nano");
      JsonNode answer = JSON.readTree(ask(address).body());
      assertThat(answer.at("/choices/0/message/content").asText()).isNotBlank();
      assertThat(answer.at("/model").asText()).isEqualTo("maque-nano");
    } finally {
      serve.destroy();
      assertThat(serve.waitFor()).isZero();
    }
  }

  @Test
  void theSamplesOfThePageAreAnsweredRight() throws IOException {
    ModelFiles files =
        Hub.open(HubConfig.fromEnvironment(Map.of("MAQUE_HOME", home.toString())))
            .resolve("maque-nano");
    List<String> wrong = new ArrayList<>();
    OpenOptions options = OpenOptions.DEFAULT.withProjector(files.projector().orElseThrow());
    try (LanguageModel model = LanguageModels.open(files.model(), options)) {
      for (JsonNode sample : JSON.readTree(sample("samples.json"))) {
        Part.Image image = new Part.Image(sample(sample.get("file").asText()), ImageDetail.AUTO);
        Message question = Message.user(List.of(image), sample.get("question").asText());
        String answer =
            model
                .submit(
                    GenerationRequest.chat(List.of(question))
                        .withSampling(SamplingOptions.GREEDY)
                        .withMaxTokens(60))
                .await(GenerationListener.NONE)
                .text()
                .strip();
        if (!answer.equals(sample.get("answer").asText())) {
          wrong.add("%s, found %s".formatted(sample, answer));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** The next line with a text in it; libraries may say something of their own between. */
  private static String untilLine(BufferedReader lines, String text) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains(text)) {
        return line;
      }
    }
    throw new AssertionError("no line with " + text);
  }

  private static HttpResponse<String> get(String address) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** As the page asks, naming no model. */
  private HttpResponse<String> ask(String address) throws Exception {
    String url =
        "data:image/png;base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(picture));
    String body =
        """
        {"messages":[{"role":"user","content":[{"type":"text","text":"Read it."},
        {"type":"image_url","image_url":{"url":"%s"}}]}],"max_tokens":40,"temperature":0}\
        """
            .formatted(url);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address + "v1/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private Process serve() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Xlog:disable",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "io.maque.cli.Main",
            "serve",
            "--port",
            "0",
            "--access-log",
            "off");
    builder.environment().put("MAQUE_HOME", home.toString());
    return builder.start();
  }
}
