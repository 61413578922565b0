package io.maque.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.cli.Invocation;
import io.maque.fixture.TinyGguf;
import io.maque.fixture.TinyModels;
import io.maque.fixture.TinyVision;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures on the command line. */
class ImageCommandsTest {
  private static final String QUESTION = "What is it?";

  @TempDir private Path folder;
  private String model;
  private String encoder;
  private String red;
  private String wide;

  @BeforeEach
  void writeFiles() throws IOException {
    model = TinyModels.chat(7).write(folder.resolve("tiny.gguf")).toString();
    encoder = TinyVision.encoder(8).write(folder.resolve("mmproj.gguf")).toString();
    red = picture("red.png", 30, 30, Color.RED);
    wide = picture("wide.png", 90, 20, Color.GREEN);
  }

  private String picture(String name, int width, int height, Color colour) throws IOException {
    return Files.write(folder.resolve(name), TinyVision.png(width, height, colour)).toString();
  }

  @Test
  void jsonTellsWhatBecameOfThePictures() throws IOException {
    JsonNode json = answer("--image", red, "--image", wide);

    assertThat(json.get("usage").get("imageTokens").asInt()).isEqualTo(2 * TinyVision.IMAGE_TOKENS);
    assertThat(json.get("images")).hasSize(2);
    assertThat(json.get("images").get(1).toString())
        .isEqualTo(
            "{\"width\":90,\"height\":20,\"processedWidth\":28,\"processedHeight\":28,\"tokens\":4}");
    assertThat(json.get("timings").get("imageDecodeMillis").asDouble()).isPositive();
    assertThat(json.get("timings").get("imageEncodeMillis").asDouble()).isPositive();
  }

  @Test
  void picturesAndTheirOrderMatter() throws IOException {
    List<String> texts =
        Stream.of(
                answer("--image", red),
                answer("--image", wide),
                answer("--image", red, "--image", wide),
                answer("--image", wide, "--image", red))
            .map(json -> json.get("text").asText())
            .toList();

    assertThat(texts).doesNotHaveDuplicates();
  }

  @Test
  void aPictureMayComeFromStandardInput() throws IOException {
    String[] line = line("--image", "-");
    Invocation run = Invocation.with(Files.readAllBytes(Path.of(red)), Map.of(), line);

    assertThat(run.exitCode()).isZero();
    assertThat(new ObjectMapper().readTree(run.out()).get("text"))
        .isEqualTo(answer("--image", red).get("text"));

    assertUsage("PROMPT", "run", model, "--mmproj", encoder, "--image", "-");
    assertUsage("one image", line("--image", "-", "--image", "-"));
  }

  @Test
  void figuresShowTheStages() {
    Invocation run =
        Invocation.of(
            "run",
            model,
            QUESTION,
            "--mmproj",
            encoder,
            "--image",
            red,
            "--stats",
            "--max-tokens",
            "3");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .contains("images 1, 4 tokens")
        .contains("decoded in")
        .contains("fitted in")
        .contains("encoded in")
        .contains("first after")
        .hasLineCount(1);
  }

  @Test
  void filesThatAreNoPicturesAreToldBeforeTheModelIsOpened() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.png"), "no picture");
    Path empty = Files.write(folder.resolve("empty.png"), new byte[0]);

    for (Path file : List.of(text, empty, folder, folder.resolve("missing.png"))) {
      assertUsage(
          file.getFileName().toString(), "run", "no-model.gguf", "x", "--image", file.toString());
    }
    assertUsage("--raw", line("--raw", "--image", red));
  }

  @Test
  void damagedPixelsAreToldWithTheNumberOfThePicture() throws IOException {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB), "jpg", jpeg);
    byte[] half = Arrays.copyOf(jpeg.toByteArray(), jpeg.size() - 40);
    Path cut = Files.write(folder.resolve("cut.jpg"), half);

    assertUsage("cut", line("--image", cut.toString()));
    assertUsage("image 2 of 2", line("--image", red, "--image", cut.toString()));
  }

  @Test
  void aModelThatReadsTextOnlySaysSo() {
    Invocation run = Invocation.of("run", model, QUESTION, "--image", red);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("red.png")
        .contains("vision model")
        .contains("--mmproj")
        .hasLineCount(1);
  }

  @Test
  void anEncoderOfAnotherModelIsRefused() {
    Path other = TinyVision.encoder(8, 64).write(folder.resolve("other.gguf"));

    for (Map.Entry<String, String> each :
        Map.of(other.toString(), "64 values", model, "expected the file of an image encoder")
            .entrySet()) {
      Invocation run =
          Invocation.of("run", model, QUESTION, "--image", red, "--mmproj", each.getKey());
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains(each.getValue()).hasLineCount(1);
    }
  }

  @Test
  void chatKeepsPicturesOverTurns() {
    String input =
        """
        /stats
        /image '%s'
        /image %s
        What are they?
        And now?
        /image missing.png
        """
            .formatted(red, wide);

    Invocation chat =
        Invocation.with(
            input,
            Map.of(),
            "chat",
            model,
            "--mmproj",
            encoder,
            "--max-tokens",
            "3",
            "--temperature",
            "0");

    assertThat(chat.exitCode()).isZero();
    assertThat(chat.err())
        .contains("the next question is about '" + red)
        .contains("images 2, 8 tokens")
        .contains("encoded in 0.00 s")
        .contains("no picture: no such file: missing.png");
  }

  @Test
  void chatWithATextModelTakesNoPicture() {
    Invocation chat = Invocation.with("/image " + red + "\n", Map.of(), "chat", model);

    assertThat(chat.exitCode()).isZero();
    assertThat(chat.err()).contains("reads text only");
  }

  @Test
  void inspectSaysWhatAnEncoderFileIs() throws IOException {
    String sentence =
        "image encoder of type mlp for text models of embedding length 32; a picture of 640 × 480"
            + " is seen as 28 × 28 pixels and takes 4 tokens";

    assertThat(Invocation.of("inspect", encoder).out()).contains(sentence);
    assertThat(
            new ObjectMapper()
                .readTree(Invocation.of("inspect", encoder, "--json").out())
                .get("imageEncoder")
                .asText())
        .isEqualTo(sentence);
    assertThat(Invocation.of("inspect", model).out()).doesNotContain("image encoder");

    String foreign =
        new TinyGguf(8)
            .put("general.architecture", "clip")
            .put("clip.projector_type", "ldp")
            .write(folder.resolve("foreign.gguf"))
            .toString();
    assertThat(Invocation.of("inspect", foreign).out())
        .contains("image encoder that Maque cannot run")
        .contains("ldp");
  }

  private String[] line(String... more) {
    List<String> common =
        List.of(
            "run",
            model,
            QUESTION,
            "--mmproj",
            encoder,
            "--max-tokens",
            "12",
            "--temperature",
            "0",
            "--json");
    return Stream.concat(common.stream(), Arrays.stream(more)).toArray(String[]::new);
  }

  private JsonNode answer(String... images) throws IOException {
    Invocation run = Invocation.of(line(images));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private static void assertUsage(String contains, String... line) {
    Invocation run = Invocation.of(line);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(contains);
  }
}
