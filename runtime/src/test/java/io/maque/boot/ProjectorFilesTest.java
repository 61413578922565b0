package io.maque.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.fixture.TinyModels;
import io.maque.fixture.TinyVision;
import io.maque.generate.LanguageModel;
import io.maque.gguf.GgufFormatException;
import io.maque.kernel.Kernels;
import io.maque.model.TextModelConfig;
import io.maque.model.UnsupportedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of image encoders that fit a text model, do not, or are broken. */
@Timeout(120)
class ProjectorFilesTest {
  @TempDir private Path folder;
  private Path text;

  @BeforeEach
  void writeText() {
    text = TinyModels.chat(1).write(folder.resolve("text.gguf"));
  }

  @Test
  void everyEncoderHasItsModel() {
    assertThat(VisionLanguageModels.projectorTypes()).isEqualTo(ImageEncoders.projectorTypes());
  }

  @Test
  void theCardTellsOfBothFiles() {
    Path encoder = TinyVision.encoder(2).write(folder.resolve("mmproj.gguf"));
    OpenOptions both = OpenOptions.DEFAULT.withProjector(encoder);
    try (LanguageModel alone = LanguageModels.open(text, OpenOptions.DEFAULT);
        LanguageModel model = LanguageModels.open(text, both)) {
      assertThat(alone.card().takesImages()).isFalse();
      assertThat(model.card().takesImages()).isTrue();
      assertThat(model.card().weightBytes()).isGreaterThan(alone.card().weightBytes());
      assertThat(model.card().parameterCount()).isGreaterThan(alone.card().parameterCount());
      assertThat(ModelPreview.read(text, both).card()).isEqualTo(model.card());
    }
  }

  @Test
  void anEncoderOfAnotherWidthIsRefusedWithBoth() {
    Path encoder = TinyVision.encoder(2, 96).write(folder.resolve("mmproj.gguf"));

    assertRefused(encoder, "mmproj.gguf does not belong to text.gguf");
    assertRefused(encoder, "rows of 96 values, the text model takes 32");
  }

  @Test
  void aTextModelIsNoEncoderAndAnEncoderNoTextModel() {
    Path encoder = TinyVision.encoder(2).write(folder.resolve("mmproj.gguf"));

    assertRefused(text, "expected the file of an image encoder");
    assertThatThrownBy(() -> LanguageModels.open(encoder, OpenOptions.DEFAULT))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("clip");
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    assertThatThrownBy(() ->
            LanguageModels.open(
                text, OpenOptions.DEFAULT.withProjector(folder.resolve("none.gguf"))))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("none.gguf");
  }

  @Test
  void brokenFilesAreRefusedInOurWords() throws IOException {
    byte[] sound = TinyVision.encoder(2).toBytes();
    int header = headerLength(sound);
    for (int length = 0; length < header; length += 7) {
      load(Arrays.copyOf(sound, length), "cut at " + length);
    }
    for (int at = 0; at < header; at++) {
      byte[] flipped = sound.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      load(flipped, "bit %d of byte %d".formatted(at % 8, at));
    }
  }

  /** Bytes before the weights, where every bit means something. */
  private static int headerLength(byte[] gguf) {
    byte[] last = "mm.2.bias".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (int at = 0; ; at++) {
      if (Arrays.equals(gguf, at, at + last.length, last, 0, last.length)) {
        return at + last.length + 24;
      }
    }
  }

  private void load(byte[] bytes, String what) throws IOException {
    Kernels kernels = KernelLadder.choose(Optional.of("scalar"));
    Path broken = Files.write(folder.resolve("broken.gguf"), bytes);
    TextModelConfig config = new TextModelConfig("llama", 256, 32, 2, 64, 4, 2, 8, 8, 300);
    try (OpenFiles files = OpenFiles.open(text, Optional.of(broken))) {
      VisionLanguageModels.join(files, config, 256, kernels);
    } catch (GgufFormatException | UnsupportedModelException e) {
      assertThat(e.getMessage()).as(what).isNotBlank();
    }
  }

  private void assertRefused(Path encoder, String words) {
    assertThatThrownBy(() -> LanguageModels.open(text, OpenOptions.DEFAULT.withProjector(encoder)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(words);
  }
}
