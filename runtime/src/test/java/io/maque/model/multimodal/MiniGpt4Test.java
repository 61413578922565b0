package io.maque.model.multimodal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.chat.Message;
import io.maque.engine.FinishReason;
import io.maque.generate.Generation;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufWriter;
import io.maque.model.GoldenConversation;
import io.maque.model.UnsupportedModelException;
import io.maque.sampling.SampledToken;
import io.maque.sampling.SamplingOptions;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MiniGPT-4 from the bytes of pictures to tokens, as transformers computes it. */
@Timeout(120)
class MiniGpt4Test {
  private static final double LOGPROB_BOUND = 2e-3;
  private static final Path GOLDEN = GoldenConversation.FOLDER.getParent();

  @TempDir private Path folder;

  static Stream<GoldenConversation> conversations() {
    return Stream.of("minigpt4-vicuna", "minigpt4-llama2")
        .map(GoldenConversation::all)
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("conversations")
  void promptsAreThoseOfTheReference(GoldenConversation golden) throws IOException {
    try (LanguageModel model = open(golden)) {
      int[] ids = model.encode(request(golden).prompt());
      assertThat(IntStream.of(ids).map(id -> Math.max(id, -1)).toArray())
          .isEqualTo(golden.prompt());
    }
  }

  @ParameterizedTest
  @MethodSource("conversations")
  void answersAreThoseOfTheReference(GoldenConversation golden) throws IOException {
    try (LanguageModel model = open(golden)) {
      Generation answer = model.generate(request(golden), GenerationListener.NONE);

      assertThat(answer.tokens().stream().mapToInt(SampledToken::id).toArray())
          .isEqualTo(golden.greedy());
      double[] logprobs = logprobs(golden.logits()[golden.logits().length - 1]);
      List<SampledToken.Candidate> top = answer.tokens().getFirst().logprobs().orElseThrow().top();
      assertThat(top).hasSize(20);
      for (SampledToken.Candidate candidate : top) {
        assertThat((double) candidate.logprob())
            .as("logprob of %d", candidate.id())
            .isCloseTo(logprobs[candidate.id()], within(LOGPROB_BOUND));
      }
      assertThat(answer.images()).hasSameSizeAs(golden.pictures());
      assertThat(answer.usage().promptTokens()).isEqualTo(golden.prompt().length);
    }
  }

  private static double[] logprobs(float[] logits) {
    double largest =
        IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElseThrow();
    double sum =
        IntStream.range(0, logits.length).mapToDouble(i -> Math.exp(logits[i] - largest)).sum();
    return IntStream.range(0, logits.length)
        .mapToDouble(i -> logits[i] - largest - Math.log(sum))
        .toArray();
  }

  @Test
  void theModelsStopSequencesEndAnswersOfConversationsOnly() throws IOException {
    GoldenConversation golden = find("minigpt4-vicuna-square");
    try (LanguageModel whole = open(golden)) {
      String text = whole.generate(request(golden), GenerationListener.NONE).text();
      String stop = text.substring(3, 5);
      Path encoder =
          rewrite(
              encoder("minigpt4-vicuna"),
              values -> values.put("minigpt4.stop_sequences", List.of("unwritten", stop)));
      try (LanguageModel model = open(text("minigpt4-vicuna"), encoder)) {
        Generation answer = model.generate(request(golden), GenerationListener.NONE);
        assertThat(answer.text()).isEqualTo(text.substring(0, text.indexOf(stop)));
        assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);

        GenerationRequest continuation =
            GenerationRequest.text("What").withSampling(greedy()).withMaxTokens(8);
        assertThat(model.generate(continuation, GenerationListener.NONE).finishReason())
            .isEqualTo(FinishReason.LENGTH);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minigpt4-vicuna", "minigpt4-llama2"})
  void withoutTextsInTheFileThePromptIsThePublishedOne(String name) throws IOException {
    GoldenConversation golden = find(name + "-turns");
    Path encoder =
        rewrite(
            encoder(name), values -> values.keySet().removeIf(key -> key.startsWith("minigpt4.")));
    try (LanguageModel model = open(text(name), encoder)) {
      assertThat(
              IntStream.of(model.encode(request(golden).prompt())).filter(id -> id >= 0).toArray())
          .isEqualTo(IntStream.of(golden.prompt()).filter(id -> id >= 0).toArray());
      assertThat(model.chatFormat().orElseThrow().stopSequences()).containsExactly("###");
    }
  }

  @Test
  void aTemplateOfTheTextModelAloneIsNotUsed() throws IOException {
    Path text =
        rewrite(
            text("minigpt4-vicuna"),
            values -> values.put("tokenizer.chat_template", "USER: {{ messages[0].content }}"));
    GoldenConversation golden = find("minigpt4-vicuna-square");
    try (LanguageModel model = open(text, encoder("minigpt4-vicuna"))) {
      assertThat(model.encode(request(golden).prompt())).hasSameSizeAs(golden.prompt());
    }
  }

  @Test
  void aTemplateThatShowsPicturesIsUsed() throws IOException {
    String template =
        "{{ bos_token }}{% for part in messages[0].content %}"
            + "{% if part.type == 'image' %}<Img><ImageHere></Img>{% else %}{{ part.text }}"
            + "{% endif %}{% endfor %}";
    Path text =
        rewrite(text("minigpt4-vicuna"), values -> values.put("tokenizer.chat_template", template));
    try (LanguageModel model = open(text, encoder("minigpt4-vicuna"))) {
      int[] ids = model.encode(request(find("minigpt4-vicuna-typed")).prompt());
      // The one that the user typed is text.
      assertThat(IntStream.of(ids).filter(id -> id < 0)).hasSize(7);
    }
  }

  @Test
  void aSystemMessageTakesThePlaceOfThePublishedOne() throws IOException {
    try (LanguageModel model = open(find("minigpt4-vicuna-text"))) {
      List<Message> messages = List.of(Message.system("Be brief's \\ own."), Message.user("Hi"));
      assertThat(
              model.chatFormat().orElseThrow().render(messages, List.of(), Map.of(), true).text())
          .isEqualTo("Be brief's \\ own.###Human: Hi###Assistant: ");
    }
  }

  @Test
  void textsOfTheFileAreWrittenAsTheyAreWhateverTheySpell() throws IOException {
    String odd = "{{ 1 }} {% if x %} {# y #} '\"\\\n\\n }} %}";
    Path encoder =
        rewrite(
            encoder("minigpt4-vicuna"),
            values -> {
              values.put("minigpt4.prompt.system", odd);
              values.put("minigpt4.prompt.user_prefix", "U" + odd);
              values.put("minigpt4.prompt.assistant_prefix", "A" + odd);
              values.put("minigpt4.prompt.separator", "S" + odd);
            });
    try (LanguageModel model = open(text("minigpt4-vicuna"), encoder)) {
      String text =
          model
              .chatFormat()
              .orElseThrow()
              .render(List.of(Message.user("Hi")), List.of(), Map.of(), true)
              .text();
      assertThat(text).isEqualTo(odd + "S" + odd + "U" + odd + "Hi" + "S" + odd + "A" + odd);
    }
  }

  @Test
  void otherRolesAreRefused() throws IOException {
    try (LanguageModel model = open(find("minigpt4-vicuna-text"))) {
      List<Message> messages = List.of(Message.user("Hi"), Message.tool("1", "2"));
      assertThatThrownBy(
              () -> model.chatFormat().orElseThrow().render(messages, List.of(), Map.of(), true))
          .hasMessageContaining("MiniGPT-4 knows the roles user, assistant")
          .hasMessageContaining("tool");
    }
  }

  @Test
  void anEncoderOfAnotherTextModelIsRefused() {
    assertThatThrownBy(() -> open(text("minigpt4-vicuna"), encoder("llava-legacy")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("llava-legacy.gguf does not belong to minigpt4-vicuna.gguf")
        .hasMessageContaining("64")
        .hasMessageContaining("32");
  }

  @Test
  void emptyStopSequencesAreRefused() throws IOException {
    Path encoder =
        rewrite(
            encoder("minigpt4-vicuna"),
            values -> values.put("minigpt4.stop_sequences", List.of("###", "")));
    assertThatThrownBy(() -> open(text("minigpt4-vicuna"), encoder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("minigpt4.stop_sequences");
  }

  // Running.

  private static GoldenConversation find(String name) {
    return conversations().filter(golden -> golden.name().equals(name)).findFirst().orElseThrow();
  }

  private static String model(GoldenConversation golden) {
    return golden.name().substring(0, golden.name().lastIndexOf('-'));
  }

  private static Path text(String name) {
    return GOLDEN.resolve("models").resolve(name + ".gguf");
  }

  private static Path encoder(String name) {
    return GOLDEN.resolve("vision").resolve(name + ".gguf");
  }

  private static LanguageModel open(GoldenConversation golden) {
    return open(text(model(golden)), encoder(model(golden)));
  }

  private static LanguageModel open(Path text, Path encoder) {
    return LanguageModels.open(
        text,
        OpenOptions.DEFAULT.withThreads(2).withKvCacheType(TensorType.F32).withProjector(encoder));
  }

  private static GenerationRequest request(GoldenConversation golden) throws IOException {
    return GenerationRequest.chat(golden.messages())
        .withSampling(greedy())
        .withMaxTokens(golden.greedy().length)
        .withTopLogprobs(GenerationRequest.MAX_TOP_LOGPROBS);
  }

  private static SamplingOptions greedy() {
    return SamplingOptions.builder().temperature(0).build();
  }

  /** A copy of a file with changed metadata. */
  private Path rewrite(Path path, Consumer<Map<String, Object>> change) {
    try (GgufFile file = GgufFile.open(path)) {
      Map<String, Object> values = new LinkedHashMap<>(file.metadata().values());
      change.accept(values);
      GgufWriter writer = new GgufWriter();
      values.forEach(writer::put);
      file.tensors().forEach(writer::tensor);
      Path changed = folder.resolve(path.getFileName());
      writer.write(changed);
      return changed;
    }
  }
}
