package io.maque.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.chat.Message;
import io.maque.engine.FinishReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenerationRequestTest {
  private final GenerationRequest request = GenerationRequest.chat("hi");

  @Test
  void valuesOutOfRangeAreRefusedByName() {
    assertThatThrownBy(() -> request.withMaxTokens(-1)).hasMessageStartingWith("maxTokens");
    assertThatThrownBy(() -> request.withTopLogprobs(21)).hasMessageStartingWith("topLogprobs");
    assertThatThrownBy(() -> request.withTopLogprobs(-2)).hasMessageStartingWith("topLogprobs");
    assertThatThrownBy(() -> request.withPromptLogprobs(21))
        .hasMessageStartingWith("promptLogprobs");
    assertThatThrownBy(() -> request.withDeadline(Duration.ZERO))
        .hasMessageStartingWith("deadline");
    assertThatThrownBy(() -> request.withStop(List.of("a", ""))).hasMessageStartingWith("stop");
    assertThatThrownBy(() -> new Prompt.Chat(List.of(), List.of(), Map.of(), true))
        .hasMessageStartingWith("messages");
    assertThatThrownBy(() -> Message.of(" ", "hi")).hasMessageStartingWith("message role");
  }

  @Test
  void aChangedCopyKeepsTheRest() {
    GenerationRequest changed =
        request
            .withMaxTokens(5)
            .withStop(List.of("x"))
            .withTopLogprobs(2)
            .withPromptLogprobs(3)
            .withDeadline(Duration.ofSeconds(9))
            .withReuseCache(false);

    assertThat(changed.prompt()).isEqualTo(request.prompt());
    assertThat(changed.maxTokens()).isEqualTo(5);
    assertThat(changed.stop()).containsExactly("x");
    assertThat(changed.topLogprobs()).isEqualTo(2);
    assertThat(changed.promptLogprobs()).isEqualTo(3);
    assertThat(changed.deadline()).contains(Duration.ofSeconds(9));
    assertThat(changed.constraint()).isEmpty();
    assertThat(changed.reuseCache()).isFalse();
    assertThat(changed.sampling()).isEqualTo(request.sampling());
  }

  @Test
  void ratesLeaveOutWhatTookNoTime() {
    Timings timings = new Timings(0, 0, 0, 0, 0, 500, 500, 1000);
    Generation generation =
        new Generation(
            "",
            List.of(),
            List.of(),
            FinishReason.LENGTH,
            new Usage(110, 10, 21, 0),
            timings,
            List.of());

    // 100 of the 110 prompt tokens were computed; the first of 21 tokens belongs to prefill.
    assertThat(generation.promptTokensPerSecond()).isEqualTo(200);
    assertThat(generation.decodeTokensPerSecond()).isEqualTo(20);
    assertThat(
            new Generation(
                    "",
                    List.of(),
                    List.of(),
                    FinishReason.STOP,
                    new Usage(1, 0, 1, 0),
                    new Timings(0, 0, 0, 0, 0, 0, 0, 0),
                    List.of())
                .decodeTokensPerSecond())
        .isZero();
  }
}
