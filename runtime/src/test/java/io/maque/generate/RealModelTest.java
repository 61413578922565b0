package io.maque.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.chat.Message;
import io.maque.engine.FinishReason;
import io.maque.fixture.RealModels;
import io.maque.sampling.SampledToken;
import io.maque.sampling.SamplingOptions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Published weights answer sensibly, from the file to the text. */
@Tag("real")
class RealModelTest {
  private static final String SMOLLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final String QWEN = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf";
  private static final String GEMMA = "gemma-3-270m-q4_k_m.gguf";

  @Test
  void smolLm2ContinuesText() {
    try (LanguageModel model = open(SMOLLM2)) {
      assertThat(greedy(model, GenerationRequest.text("The capital of France is"), 5).text())
          .contains("Paris");
    }
  }

  @Test
  void gemmaContinuesText() {
    try (LanguageModel model = open(GEMMA)) {
      GenerationRequest request = GenerationRequest.text("1, 2, 3, 4, 5, 6,");

      assertThat(greedy(model, request, 6).text()).contains("7").contains("8");
      // Its vocabulary wants the begin token, and wants it once.
      int bos = model.tokenizer().bos().orElseThrow();
      assertThat(model.encode(request.prompt())).startsWith(bos).containsOnlyOnce(bos);
    }
  }

  @Test
  void qwenAnswersInChineseAndEnglish() {
    try (LanguageModel model = open(QWEN)) {
      Generation chinese = greedy(model, GenerationRequest.chat("中国的首都是哪里？"), 24);
      Generation english =
          greedy(model, GenerationRequest.chat("What is the capital of France? One word."), 12);

      assertThat(chinese.text()).contains("北京");
      assertThat(chinese.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(english.text()).contains("Paris");
      assertThat(english.text()).doesNotContain("<|im_end|>");
    }
  }

  @Test
  void theSecondTurnComputesOnlyWhatIsNew() {
    try (LanguageModel model = open(SMOLLM2)) {
      Message question = Message.user("Name a colour.");
      Generation first = greedy(model, GenerationRequest.chat(List.of(question)), 12);
      List<Message> turns =
          List.of(question, Message.assistant(first.text()), Message.user("Another one?"));

      Generation second = greedy(model, GenerationRequest.chat(turns), 4);

      // All of the first turn but its last token, which was given and never computed.
      int firstTurn = first.usage().promptTokens() + first.tokens().size() - 1;
      assertThat(second.usage().cachedTokens()).isGreaterThanOrEqualTo(firstTurn);
      assertThat(second.usage().promptTokens()).isGreaterThan(firstTurn + 5);
    }
  }

  @Test
  void scoresAgreeWithTheLogprobsOfGeneration() {
    try (LanguageModel model = open(SMOLLM2)) {
      GenerationRequest request =
          GenerationRequest.text("Water boils at a temperature of").withTopLogprobs(1);
      int[] prompt = model.encode(request.prompt());
      Generation generation = greedy(model, request, 10);
      int[] text =
          IntStream.concat(
                  IntStream.of(prompt), generation.tokens().stream().mapToInt(SampledToken::id))
              .toArray();

      Score score = model.score(text);

      for (int i = 0; i < generation.tokens().size(); i++) {
        SampledToken token = generation.tokens().get(i);
        assertThat(score.logprobs()[prompt.length - 1 + i])
            .isEqualTo(token.logprobs().orElseThrow().chosen(), within(1e-4f));
        assertThat(score.argmax()[prompt.length - 1 + i]).isEqualTo(token.id());
      }
      assertThat(score.meanNegativeLogLikelihood()).isBetween(0.0, 4.0);
    }
  }

  @Test
  void theSameSeedGivesTheSameTextAloneOrAmongOthers() {
    List<GenerationRequest> requests =
        List.of(seeded("Once upon a time", 1), seeded("def main():", 2), seeded("北京是", 3));
    try (LanguageModel model = open(SMOLLM2)) {
      List<String> alone =
          requests.stream()
              .map(request -> model.generate(request, GenerationListener.NONE).text())
              .toList();

      List<GenerationHandle> together = requests.stream().map(model::submit).toList();

      assertThat(together.stream().map(handle -> handle.await(GenerationListener.NONE).text()))
          .isEqualTo(alone);
    }
  }

  private static LanguageModel open(String name) {
    return LanguageModels.open(
        RealModels.path(name), OpenOptions.DEFAULT.withContextLength(512).withMaxSequences(3));
  }

  private static Generation greedy(LanguageModel model, GenerationRequest request, int maxTokens) {
    return model.generate(
        request.withSampling(SamplingOptions.GREEDY).withMaxTokens(maxTokens),
        GenerationListener.NONE);
  }

  private static GenerationRequest seeded(String text, long seed) {
    return GenerationRequest.text(text)
        .withSampling(SamplingOptions.builder().seed(seed).build())
        .withMaxTokens(10)
        .withReuseCache(false);
  }
}
