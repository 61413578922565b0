package io.maque.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.fixture.TinyGguf;
import io.maque.fixture.TinyModels;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.generate.ModelCard;
import io.maque.generate.NoChatTemplateException;
import io.maque.gguf.GgufFormatException;
import io.maque.kernel.KernelUnavailableException;
import io.maque.model.UnsupportedModelException;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageModelsTest {
  @TempDir private Path folder;

  @Test
  void theCardSaysWhatTheModelIs() {
    try (LanguageModel model = open(OpenOptions.DEFAULT.withContextLength(100))) {
      ModelCard card = model.card();

      assertThat(card.name()).isEqualTo("Tiny").isEqualTo(model.name());
      assertThat(card.architecture()).isEqualTo("llama");
      assertThat(card.contextLength()).isEqualTo(100);
      assertThat(card.trainedContextLength()).isEqualTo(256);
      assertThat(card.blockCount()).isEqualTo(2);
      assertThat(card.hasChatTemplate()).isTrue();
      assertThat(card.fileType()).isEqualTo("F16");
      // 268 rows of embeddings, two layers, the last norm.
      assertThat(card.parameterCount()).isEqualTo(268 * 32 + 2 * 9280 + 32);
      assertThat(card.weightBytes()).isBetween(27_168L, 4 * 27_168L);
    }
  }

  @Test
  void halfPrecisionAndSinglePrecisionCachesBothRun() {
    for (TensorType type : new TensorType[] {TensorType.F16, TensorType.F32}) {
      try (LanguageModel model = open(OpenOptions.DEFAULT.withKvCacheType(type).withThreads(2))) {
        GenerationRequest request = GenerationRequest.text("the end").withMaxTokens(5);
        assertThat(model.generate(request, GenerationListener.NONE).tokens()).isNotEmpty();
      }
    }
  }

  @Test
  void aModelWithoutTemplateContinuesTextButDoesNotConverse() {
    Path file = TinyModels.withoutTemplate(1).write(folder.resolve("base.gguf"));
    try (LanguageModel model = LanguageModels.open(file, OpenOptions.DEFAULT)) {
      assertThat(model.chatFormat()).isEmpty();
      assertThatThrownBy(() -> model.submit(GenerationRequest.chat("hi")))
          .isInstanceOf(NoChatTemplateException.class)
          .hasMessageContaining("tokenizer.chat_template");
      GenerationRequest request = GenerationRequest.text("the").withMaxTokens(3);
      assertThat(model.generate(request, GenerationListener.NONE).tokens()).isNotEmpty();
    }
  }

  @Test
  void whatCannotBeOpenedIsSaid() throws IOException {
    assertThatThrownBy(() -> LanguageModels.open(folder.resolve("none"), OpenOptions.DEFAULT))
        .isInstanceOf(UncheckedIOException.class);
    Path text = Files.writeString(folder.resolve("text.gguf"), "no model at all");
    assertThatThrownBy(() -> LanguageModels.open(text, OpenOptions.DEFAULT))
        .isInstanceOf(GgufFormatException.class);
    Path strange =
        new TinyGguf(1)
            .put("general.architecture", "strange")
            .tensor("token_embd.weight", TensorType.F16, 32, 263)
            .write(folder.resolve("s.gguf"));
    assertThatThrownBy(() -> LanguageModels.open(strange, OpenOptions.DEFAULT))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("strange");
  }

  @Test
  void tokensWithoutAnEmbeddingAreRefused() {
    Path file = TinyModels.withoutTemplate(1, -1).write(folder.resolve("small.gguf"));
    assertThatThrownBy(() -> LanguageModels.open(file, OpenOptions.DEFAULT))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessage(
            "tensor token_embd.weight: expected a row for each of the 263 tokens, found 262 rows");
  }

  @Test
  void namesFromTheFileAreShownShortAndTame() {
    Path file =
        new TinyGguf(1)
            .put("general.architecture", "\u001b[2J\n" + "x".repeat(100_000))
            .write(folder.resolve("loud.gguf"));
    assertThatThrownBy(() -> LanguageModels.open(file, OpenOptions.DEFAULT))
        .isInstanceOf(UnsupportedModelException.class)
        .message()
        .contains("found \\u001b[2J\\u000axxx")
        .hasSizeLessThan(300);
  }

  @Test
  void optionsThatDoNotFitTheModelAreSaid() {
    assertThatThrownBy(() -> open(OpenOptions.DEFAULT.withContextLength(257)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("contextLength: expected 2 to 256, for which the model was trained, found 257");
    assertThatThrownBy(() -> open(OpenOptions.DEFAULT.withContextLength(1)))
        .hasMessageContaining("found 1");
    assertThatThrownBy(() -> open(OpenOptions.DEFAULT.withKvCacheType("q8_0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("kvCacheType: expected F16")
        .hasMessageContaining("keys have 8 values");
    assertThatThrownBy(() -> open(OpenOptions.DEFAULT.withKernels("steam")))
        .isInstanceOf(KernelUnavailableException.class)
        .hasMessageContaining("steam");
  }

  @Test
  void optionsOutOfRangeAreRefusedByName() {
    assertThatThrownBy(() -> OpenOptions.DEFAULT.withContextLength(-1))
        .hasMessageStartingWith("contextLength");
    assertThatThrownBy(() -> OpenOptions.DEFAULT.withMaxSequences(0))
        .hasMessageStartingWith("maxSequences");
    assertThatThrownBy(() -> OpenOptions.DEFAULT.withQueueCapacity(-1))
        .hasMessageStartingWith("queueCapacity");
    assertThatThrownBy(() -> OpenOptions.DEFAULT.withThreads(-1)).hasMessageStartingWith("threads");
    assertThatThrownBy(() -> OpenOptions.DEFAULT.withKvCacheType(TensorType.Q4_0))
        .hasMessageStartingWith("kvCacheType");
    assertThatThrownBy(() -> OpenOptions.DEFAULT.withKvCacheType("f8"))
        .hasMessage("kvCacheType: expected one of [F32, F16, Q8_0], found f8");
    assertThat(OpenOptions.DEFAULT.withKvCacheType("q8_0").kvCacheType())
        .isEqualTo(TensorType.Q8_0);
  }

  private LanguageModel open(OpenOptions options) {
    return LanguageModels.open(TinyModels.chat(1).write(folder.resolve("tiny.gguf")), options);
  }
}
