package io.maque.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.chat.ImageDetail;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.engine.ContextLengthExceededException;
import io.maque.engine.FinishReason;
import io.maque.fixture.TinyModels;
import io.maque.fixture.TinyVision;
import io.maque.image.ImageFormatException;
import io.maque.sampling.SamplingOptions;
import java.awt.Color;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pictures in requests, over a tiny vision model. */
@Timeout(120)
class ImagesTest {
  private static final Part.Image RED = image(40, 30, Color.RED);
  private static final Part.Image GREEN = image(30, 60, Color.GREEN);

  @TempDir private Path folder;
  private LanguageModel model;

  @BeforeEach
  void open() {
    Path text = TinyModels.chat(1).write(folder.resolve("text.gguf"));
    Path encoder = TinyVision.encoder(2).write(folder.resolve("mmproj.gguf"));
    model =
        LanguageModels.open(text, OpenOptions.DEFAULT.withMaxSequences(4).withProjector(encoder));
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void aTypedPlaceholderIsTextBesideAPicture() {
    int[] ids = model.encode(request("<image> <|image_pad|> <ImageHere>", RED).prompt());

    assertThat(IntStream.of(ids).filter(id -> id < 0).count()).isEqualTo(TinyVision.IMAGE_TOKENS);
    assertThat(IntStream.of(model.encode(request("<image>").prompt()))).allMatch(id -> id >= 0);
  }

  @Test
  void requestsTogetherAnswerAsAlone() {
    List<GenerationRequest> requests =
        List.of(request("What?", RED), request("What?", GREEN), request("Both?", GREEN, RED));
    List<String> alone = requests.stream().map(this::answer).toList();

    List<GenerationHandle> handles = requests.stream().map(model::submit).toList();

    assertThat(handles)
        .extracting(handle -> handle.await(GenerationListener.NONE).text())
        .containsExactlyElementsOf(alone);
    assertThat(alone).doesNotHaveDuplicates();
  }

  @Test
  void whatCannotFitIsRefusedBeforeAPixelIsDecoded() {
    // Its header is sound and its pixels are not: decoding would tell another error.
    byte[] file = RED.file().clone();
    Part.Image headOnly = new Part.Image(Arrays.copyOf(file, 45), ImageDetail.AUTO);
    Message many = Message.user(Collections.nCopies(100, RED), "What?");

    assertThatThrownBy(() -> model.submit(GenerationRequest.chat(List.of(many))))
        .isInstanceOf(ContextLengthExceededException.class)
        .hasMessageContaining("400 tokens");
    assertThat(model.statistics().images().encoded()).isZero();
    assertThatThrownBy(() -> model.submit(request("What?", RED, headOnly)))
        .isInstanceOf(ImageFormatException.class)
        .hasMessageStartingWith("image 2 of 2: ");
  }

  @Test
  void aBadPictureLeavesTheModelInOrder() {
    String before = answer(request("What?", RED));
    for (byte[] bad : List.of(new byte[0], new byte[1], "<svg/>".getBytes(), new byte[1 << 16])) {
      assertThatThrownBy(() -> model.submit(request("What?", new Part.Image(bad, ImageDetail.LOW))))
          .isInstanceOf(ImageFormatException.class);
    }
    assertThat(answer(request("What?", RED))).isEqualTo(before);
  }

  @Test
  void aModelOfTextSaysThatItTakesNone() {
    Path text = TinyModels.chat(1).write(folder.resolve("alone.gguf"));
    try (LanguageModel alone = LanguageModels.open(text, OpenOptions.DEFAULT)) {
      assertThatThrownBy(() -> alone.submit(request("What?", RED)))
          .isInstanceOf(ImagesNotSupportedException.class)
          .hasMessageContaining("text only");
      assertThat(alone.encode(request("What?").prompt())).isNotEmpty();
    }
  }

  @Test
  void aRequestWithPicturesCanBeCancelled() {
    GenerationHandle handle = model.submit(request("What?", RED).withMaxTokens(200));
    handle.cancel();

    assertThat(handle.await(GenerationListener.NONE).finishReason())
        .isEqualTo(FinishReason.CANCELLED);
    assertThat(answer(request("What?", RED))).isNotEmpty();
  }

  @Test
  void idsOfPicturesAreNoPromptOfTokens() {
    GenerationRequest negative =
        GenerationRequest.of(new Prompt.Tokens(List.of(1, -1, -1, -1, -1, 2)));

    assertThatThrownBy(() -> model.submit(negative)).isInstanceOf(IllegalArgumentException.class);
  }

  private String answer(GenerationRequest request) {
    return model.generate(request, GenerationListener.NONE).text();
  }

  private static GenerationRequest request(String question, Part.Image... images) {
    return GenerationRequest.chat(List.of(Message.user(List.of(images), question)))
        .withSampling(SamplingOptions.builder().temperature(0).build())
        .withMaxTokens(12);
  }

  private static Part.Image image(int width, int height, Color colour) {
    return new Part.Image(TinyVision.png(width, height, colour), ImageDetail.AUTO);
  }
}
