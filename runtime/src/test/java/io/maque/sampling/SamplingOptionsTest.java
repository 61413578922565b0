package io.maque.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.sampling.SamplingOptions.Builder;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SamplingOptionsTest {

  static Stream<Arguments> outOfRange() {
    return Stream.of(
        Arguments.of("temperature", SamplingOptions.builder().temperature(-0.1)),
        Arguments.of("temperature", SamplingOptions.builder().temperature(Double.NaN)),
        Arguments.of(
            "temperature", SamplingOptions.builder().temperature(Double.POSITIVE_INFINITY)),
        Arguments.of("topK", SamplingOptions.builder().topK(-1)),
        Arguments.of("topP", SamplingOptions.builder().topP(0)),
        Arguments.of("topP", SamplingOptions.builder().topP(1.01)),
        Arguments.of("topP", SamplingOptions.builder().topP(Double.NaN)),
        Arguments.of("minP", SamplingOptions.builder().minP(1)),
        Arguments.of("minP", SamplingOptions.builder().minP(Double.NaN)),
        Arguments.of("repetitionPenalty", SamplingOptions.builder().repetitionPenalty(0)),
        Arguments.of("repetitionPenalty", SamplingOptions.builder().repetitionPenalty(Double.NaN)),
        Arguments.of("repetitionWindow", SamplingOptions.builder().repetitionWindow(-1)),
        Arguments.of("presencePenalty", SamplingOptions.builder().presencePenalty(2.1)),
        Arguments.of("presencePenalty", SamplingOptions.builder().presencePenalty(Double.NaN)),
        Arguments.of("frequencyPenalty", SamplingOptions.builder().frequencyPenalty(-2.1)),
        Arguments.of("logitBias", SamplingOptions.builder().logitBias(Map.of(-1, 0.0))),
        Arguments.of("logitBias", SamplingOptions.builder().logitBias(Map.of(3, 101.0))),
        Arguments.of("logitBias", SamplingOptions.builder().logitBias(Map.of(3, Double.NaN))));
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void valuesOutOfRangeAreRefusedByName(String option, Builder builder) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(option)
        .hasMessageContaining("expected")
        .hasMessageContaining("found");
  }

  @Test
  void aBuilderStartsFromTheDefaults() {
    assertThat(SamplingOptions.builder().build()).isEqualTo(SamplingOptions.DEFAULT);
    assertThat(SamplingOptions.DEFAULT.greedy()).isFalse();
    assertThat(SamplingOptions.GREEDY.greedy()).isTrue();
  }
}
