package io.maque.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.model.GoldenLogits;
import io.maque.model.ModelContract;
import io.maque.model.UnsupportedModelException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class Gemma3Test extends ModelContract {

  @Override
  protected List<String> models() {
    return List.of("gemma3-window", "gemma3-linear");
  }

  @Override
  protected boolean optional(String tensor) {
    return false;
  }

  @Test
  void baseOfLocalLayersAndPatternHaveDefaults() {
    GoldenLogits golden = first();
    Path file =
        rewrite(
            golden,
            values ->
                with(
                    with(values, "gemma3.rope.freq_base_swa", 10_000f),
                    "gemma3.attention.sliding_window_pattern",
                    6),
            tensors -> {});
    float[][][] explicit = new float[1][][];
    run(file, golden, run -> explicit[0] = run.prefill(golden.tokens()));
    run(
        golden.model(),
        golden,
        run -> assertThat(run.prefill(golden.tokens())).isDeepEqualTo(explicit[0]));
  }

  @Test
  void softCappingOfLogitsIsRefused() {
    Path file =
        rewrite(
            first(), values -> with(values, "gemma3.final_logit_softcapping", 30f), tensors -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("gemma3.final_logit_softcapping");
  }
}
