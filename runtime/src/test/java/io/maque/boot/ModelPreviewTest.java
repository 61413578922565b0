package io.maque.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.fixture.ArchiveModels;
import io.maque.fixture.TinyModels;
import io.maque.generate.LanguageModel;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPreviewTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void writeModel() {
    file = TinyModels.chat(7).write(folder.resolve("tiny.gguf"));
  }

  @Test
  void itsCardIsThatOfTheOpenModel() {
    try (LanguageModel model = LanguageModels.open(file, OpenOptions.DEFAULT)) {
      assertThat(ModelPreview.read(file, OpenOptions.DEFAULT).card()).isEqualTo(model.card());
    }
  }

  @Test
  void theKvCacheGrowsWithContextAndSequences() {
    long one = kv(OpenOptions.DEFAULT.withContextLength(64));

    assertThat(one).isPositive();
    assertThat(kv(OpenOptions.DEFAULT.withContextLength(128))).isEqualTo(2 * one);
    assertThat(kv(OpenOptions.DEFAULT.withContextLength(64).withMaxSequences(4)))
        .isEqualTo(4 * one);
  }

  @Test
  void eightBitsTakeAboutHalf() {
    Path wide = ArchiveModels.all().get("qwen2").write(folder.resolve("wide.gguf"));
    long half = ModelPreview.read(wide, OpenOptions.DEFAULT).kvCacheBytes();
    long bytes =
        ModelPreview.read(wide, OpenOptions.DEFAULT.withKvCacheType("q8_0")).kvCacheBytes();

    assertThat(bytes * 64).isEqualTo(half * 34);
  }

  @Test
  void allPartsCount() {
    ModelPreview preview = ModelPreview.read(file, OpenOptions.DEFAULT);

    assertThat(preview.workspaceBytes()).isPositive();
    assertThat(preview.bytes())
        .isEqualTo(
            preview.card().weightBytes() + preview.kvCacheBytes() + preview.workspaceBytes());
  }

  @Test
  void whatCannotBeOpenedHasNoPreview() {
    OpenOptions tooLong = OpenOptions.DEFAULT.withContextLength(TinyModels.CONTEXT_LENGTH + 1);

    assertThatThrownBy(() -> ModelPreview.read(file, tooLong))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ModelPreview.read(folder.resolve("none"), OpenOptions.DEFAULT))
        .isInstanceOf(java.io.UncheckedIOException.class);
  }

  private long kv(OpenOptions options) {
    return ModelPreview.read(file, options).kvCacheBytes();
  }
}
