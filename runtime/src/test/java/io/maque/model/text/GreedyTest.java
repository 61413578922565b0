package io.maque.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.boot.Architectures;
import io.maque.boot.KernelLadder;
import io.maque.cache.BlockTable;
import io.maque.fixture.RealModels;
import io.maque.gguf.GgufFile;
import io.maque.kernel.Kernels;
import io.maque.model.ModelRun;
import io.maque.tensor.TensorType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real models go on as people expect: {@code one, two, three, four,} with the next numbers, {@code
 * def add(a, b): return} with the sum. Ids are those of the reference engine (llama_cpp 0.3.36,
 * temperature 0), which continues likewise; they end before the first near tie, where f32
 * arithmetic and quantised activations part.
 */
@Tag("real")
class GreedyTest {

  @ParameterizedTest
  @CsvSource({
    "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf,"
        + " 750 912 2877 11 293 982 262 470,"
        + " 264 488 293 271 750 32256 2877 11 293 982",
    "SmolLM2-135M-Instruct.Q4_1.gguf,"
        + " 537 28 827 28 1296 28 1876 28,"
        + " 2531 28 2976 28 4962 28 4475 28",
    "gemma-3-270m-q4_k_m.gguf,"
        + " 2 811 236764 1156 236764 1806 236764 2390 236764,"
        + " 3493 236764 3962 236764 6819 236764 6589 236764 10155 236764",
  })
  void continuesThePrompt(String name, String prompt, String continuation) {
    Kernels kernels = KernelLadder.choose(Optional.empty());
    int[] ids = ids(prompt);
    int[] expected = ids(continuation);
    try (GgufFile file = GgufFile.open(RealModels.path(name));
        ModelRun run =
            new ModelRun(
                Architectures.load(file, kernels, 64), TensorType.F16, 16, 64, ids.length, 2)) {
      BlockTable table = run.newSequence();
      int[] found = new int[expected.length];
      float[] logits = run.forward(table, 0, ids)[ids.length - 1];
      for (int i = 0; i < found.length; i++) {
        found[i] = argmax(logits);
        logits = run.forward(table, ids.length + i, found[i])[0];
      }
      assertThat(found).isEqualTo(expected);
    }
  }

  private static int[] ids(String text) {
    return Arrays.stream(text.strip().split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static int argmax(float[] logits) {
    return IntStream.range(0, logits.length)
        .reduce((best, i) -> logits[i] > logits[best] ? i : best)
        .orElseThrow();
  }
}
