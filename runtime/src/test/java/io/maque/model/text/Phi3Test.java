package io.maque.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.model.GoldenLogits;
import io.maque.model.ModelContract;
import io.maque.model.UnsupportedModelException;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class Phi3Test extends ModelContract {

  @Override
  protected List<String> models() {
    return List.of("phi3-longrope-short", "phi3-longrope-long", "phi3-window");
  }

  @Override
  protected boolean optional(String tensor) {
    return tensor.equals("output.weight");
  }

  @Test
  void attentionFactorIsComputedWhereTheFileHasNone() {
    GoldenLogits golden = first();
    Path file =
        rewrite(
            golden,
            values -> with(values, "phi3.rope.scaling.attn_factor", null),
            unchangedTensors());
    run(
        file,
        golden,
        run -> assertClose(run.prefill(golden.tokens()), golden.logits(), GOLDEN_BOUND));
  }

  @Test
  void windowOfZeroIsNone() {
    GoldenLogits golden = GoldenLogits.read("phi3-window");
    float[][][] results = new float[2][][];
    for (int i = 0; i < 2; i++) {
      int which = i;
      UnaryOperator<Map<String, Object>> change =
          values -> with(values, "phi3.attention.sliding_window", which == 0 ? 0 : null);
      run(
          rewrite(golden, change, unchangedTensors()),
          golden,
          run -> results[which] = run.prefill(golden.tokens()));
    }
    assertThat(results[0]).isDeepEqualTo(results[1]);
    run(
        golden,
        TensorType.F32,
        2,
        run -> {
          float[][] windowed = run.prefill(golden.tokens());
          assertThat(windowed[8]).as("a window of 9 hides nothing yet").isEqualTo(results[0][8]);
          assertThat(windowed[9]).as("now it does").isNotEqualTo(results[0][9]);
        });
  }

  @Test
  void otherScalingsOfRotaryFrequenciesAreRefused() {
    Path file =
        rewrite(
            first(), values -> with(values, "phi3.rope.scaling.type", "yarn"), unchangedTensors());
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessage("key phi3.rope.scaling.type: expected one of none, longrope, found yarn");
  }

  private static Consumer<Map<String, Tensor>> unchangedTensors() {
    return tensors -> {};
  }
}
