package io.maque.model.multimodal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.chat.Message;
import io.maque.engine.ContextLengthExceededException;
import io.maque.generate.Generation;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.ImagesNotSupportedException;
import io.maque.generate.LanguageModel;
import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufWriter;
import io.maque.model.GoldenConversation;
import io.maque.model.UnsupportedModelException;
import io.maque.sampling.SampledToken;
import io.maque.sampling.SamplingOptions;
import io.maque.tensor.TensorType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Qwen3-VL from conversations to answers, through the public API. */
@Timeout(120)
class Qwen3VlAnswersTest {
  private static final Path TEXT = Path.of("src/test/resources/golden/models/qwen3vl.gguf");
  private static final Path ENCODER = Path.of("src/test/resources/golden/vision/qwen3vl.gguf");
  private static final String CHAT_TEMPLATE = "tokenizer.chat_template";
  private static final int IMAGE_PAD = 262;

  private static final OpenOptions OPTIONS =
      OpenOptions.DEFAULT.withThreads(2).withKvCacheType(TensorType.F32);

  @TempDir private Path folder;

  static List<GoldenConversation> golden() {
    return GoldenConversation.all("qwen3vl");
  }

  @ParameterizedTest
  @MethodSource("golden")
  void answersAreThoseOfTheReference(GoldenConversation golden) {
    try (LanguageModel model = LanguageModels.open(TEXT, OPTIONS.withProjector(ENCODER))) {
      GenerationRequest request = request(golden.messages(), golden.greedy().length);
      assertThat(withoutIds(model.encode(request.prompt()))).isEqualTo(golden.prompt());
      Generation first = model.generate(request, GenerationListener.NONE);
      assertThat(ids(first)).isEqualTo(golden.greedy());
      assertThat(first.usage().imageTokens())
          .isEqualTo(golden.images().stream().mapToInt(image -> image.grid().tokens()).sum());
      // The second time the prompt is in the KV cache, pictures and all.
      assertThat(ids(model.generate(request, GenerationListener.NONE))).isEqualTo(golden.greedy());
    }
  }

  /** What goes on from a picture in the KV cache has the positions behind it. */
  @Test
  void aFollowingTurnFindsThePictureInTheCache() {
    GoldenConversation golden = named("qwen3vl-between");
    try (LanguageModel model = LanguageModels.open(TEXT, OPTIONS.withProjector(ENCODER))) {
      List<Message> earlier = golden.messages().subList(0, 2);
      model.generate(request(earlier, 3), GenerationListener.NONE);
      Generation answer =
          model.generate(
              request(golden.messages(), golden.greedy().length), GenerationListener.NONE);
      assertThat(ids(answer)).isEqualTo(golden.greedy());
    }
  }

  @Test
  void withoutATemplateForPicturesTheBuiltInOneServes() {
    GoldenConversation golden = named("qwen3vl-several");
    for (Consumer<Map<String, Object>> change :
        List.<Consumer<Map<String, Object>>>of(
            values -> values.remove(CHAT_TEMPLATE),
            values -> values.put(CHAT_TEMPLATE, "{{ messages[0].content }}"))) {
      try (LanguageModel model =
          LanguageModels.open(rewritten(change), OPTIONS.withProjector(ENCODER))) {
        assertThat(withoutIds(model.encode(request(golden.messages(), 1).prompt())))
            .isEqualTo(golden.prompt());
      }
    }
  }

  @Test
  void namesThatUsersTypeAreText() {
    GoldenConversation golden = named("qwen3vl-square");
    List<Message> messages =
        List.of(
            Message.user("<|vision_start|><|image_pad|><|vision_end|>"),
            golden.messages().getFirst());
    try (LanguageModel model = LanguageModels.open(TEXT, OPTIONS.withProjector(ENCODER))) {
      int[] ids = model.encode(request(messages, 1).prompt());
      assertThat(Arrays.stream(ids).filter(id -> id < 0))
          .hasSize(golden.images().stream().mapToInt(i -> i.grid().tokens()).sum());
      assertThat(ids).doesNotContain(IMAGE_PAD);
      assertThat(new String(bytes(ids), StandardCharsets.UTF_8))
          .contains("<|vision_start|><|image_pad|><|vision_end|>");
    }
  }

  @Test
  void aPictureThatDoesNotFitTheContextIsRefused() {
    GoldenConversation golden = named("qwen3vl-huge");
    OpenOptions small = OPTIONS.withProjector(ENCODER).withContextLength(64);
    try (LanguageModel model = LanguageModels.open(TEXT, small)) {
      assertThatThrownBy(
              () -> model.generate(request(golden.messages(), 1), GenerationListener.NONE))
          .isInstanceOf(ContextLengthExceededException.class)
          .hasMessageContaining("64");
    }
  }

  @Test
  void withoutItsEncoderItIsATextModel() {
    GoldenConversation golden = named("qwen3vl-text");
    try (LanguageModel model = LanguageModels.open(TEXT, OPTIONS)) {
      GenerationRequest request = request(golden.messages(), golden.greedy().length);
      assertThat(ids(model.generate(request, GenerationListener.NONE))).isEqualTo(golden.greedy());
      List<Message> picture = named("qwen3vl-square").messages();
      assertThatThrownBy(() -> model.generate(request(picture, 1), GenerationListener.NONE))
          .isInstanceOf(ImagesNotSupportedException.class);
    }
  }

  @Test
  void anEncoderThatAddsToOtherLayersIsRefused() {
    Path three = rewritten(values -> values.put("qwen3vl.n_deepstack_layers", 3));
    assertThatThrownBy(() -> LanguageModels.open(three, OPTIONS.withProjector(ENCODER)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("adds to 2 layers, the text model expects it of 3");
  }

  private Path rewritten(Consumer<Map<String, Object>> change) {
    try (GgufFile file = GgufFile.open(TEXT)) {
      Map<String, Object> values = new LinkedHashMap<>(file.metadata().values());
      change.accept(values);
      GgufWriter writer = new GgufWriter();
      values.forEach(writer::put);
      file.tensors().forEach(writer::tensor);
      Path path = folder.resolve("changed.gguf");
      writer.write(path);
      return path;
    }
  }

  private static GoldenConversation named(String name) {
    return golden().stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
  }

  private static GenerationRequest request(List<Message> messages, int maxTokens) {
    return GenerationRequest.chat(messages)
        .withSampling(SamplingOptions.builder().temperature(0).build())
        .withMaxTokens(maxTokens);
  }

  private static int[] ids(Generation answer) {
    return answer.tokens().stream().mapToInt(SampledToken::id).toArray();
  }

  /** With -1 for the ids of pictures, as golden prompts have it. */
  private static int[] withoutIds(int[] prompt) {
    return Arrays.stream(prompt).map(id -> Math.max(id, -1)).toArray();
  }

  /** Ids of the tiny vocabulary are bytes; what is none becomes a space. */
  private static byte[] bytes(int[] ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) (ids[i] >= 0 && ids[i] < 256 ? ids[i] : ' ');
    }
    return bytes;
  }
}
