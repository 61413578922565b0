package io.maque.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.model.ModelContract;
import io.maque.model.UnsupportedModelException;
import io.maque.tensor.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Qwen3VlTest extends ModelContract {
  private static final String SECTIONS = "qwen3vl.rope.dimension_sections";

  @Override
  protected List<String> models() {
    return List.of("qwen3vl", "qwen3vl-tied");
  }

  @Override
  protected boolean optional(String tensor) {
    return tensor.equals("output.weight");
  }

  @Test
  void sectionsAreRequired() {
    Path file = rewrite(first(), values -> with(values, SECTIONS, null), tensors -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessage(
            "key qwen3vl.rope.dimension_sections: expected how many of 64 pairs each axis has,"
                + " found no such key");
  }

  @ParameterizedTest
  @MethodSource("absurdSections")
  void absurdSectionsAreRefused(int[] sections) {
    Path file = rewrite(first(), values -> with(values, SECTIONS, sections), tensors -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(SECTIONS)
        .hasMessageContaining("64");
  }

  static Stream<int[]> absurdSections() {
    return Stream.of(
        new int[0],
        new int[] {24, 20, 20},
        new int[] {24, 20, 20, 1},
        new int[] {20, 20, 20, 4},
        new int[] {64, 1, -1, 0},
        new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, 66, 0});
  }

  /** Text alone is Qwen3, bit for bit. */
  @Test
  void textIsReadAsQwen3ReadsIt() {
    Path file =
        rewrite(
            first(),
            values -> {
              for (String key : List.copyOf(values.keySet())) {
                if (key.startsWith("qwen3vl.")) {
                  values.put(key.replace("qwen3vl.", "qwen3."), values.remove(key));
                }
              }
              return with(values, "general.architecture", "qwen3");
            },
            tensors -> {});
    float[][][] logits = new float[2][][];
    run(file, first(), run -> logits[0] = run.prefill(first().tokens()));
    run(first(), TensorType.F32, 2, run -> logits[1] = run.prefill(first().tokens()));
    assertThat(logits[1]).isDeepEqualTo(logits[0]);
  }
}
