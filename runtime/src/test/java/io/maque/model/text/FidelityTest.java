package io.maque.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.boot.Architectures;
import io.maque.boot.KernelLadder;
import io.maque.cache.BlockTable;
import io.maque.fixture.RealModels;
import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufMetadata;
import io.maque.kernel.Kernels;
import io.maque.model.ModelRun;
import io.maque.tensor.TensorType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real quantised weights against f32 arithmetic on the same weights: how often the likeliest next
 * token is the same, and how far the log-probability of the actual one is off. Bounds are what the
 * C++ reference engine reaches on the same passage; see {@code golden/fidelity/README.md}.
 */
@Tag("real")
class FidelityTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/fidelity");
  private static final int CHUNK = 64;
  private static final System.Logger LOG = System.getLogger(FidelityTest.class.getName());

  private static final Kernels KERNELS = KernelLadder.choose(Optional.empty());

  /** Keys and values in 8.5 bits: as close to f32 arithmetic as the reference is with f16. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "gemma3"})
  void isNoWorseWithACacheOfQ8_0(String architecture) {
    measure(architecture, TensorType.Q8_0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "gemma3"})
  void isNoWorseThanTheReferenceEngine(String architecture) {
    measure(architecture, TensorType.F16);
  }

  private static void measure(String architecture, TensorType cacheType) {
    try (GgufFile golden = GgufFile.open(FOLDER.resolve(architecture + ".fidelity.gguf"))) {
      GgufMetadata metadata = golden.metadata();
      Passage passage = Passage.read(metadata);
      assertThat(passage.tokens().length).isGreaterThanOrEqualTo(400);

      Agreement agreement =
          measure(RealModels.path(metadata.string("golden.model")), passage, cacheType);
      LOG.log(
          System.Logger.Level.INFO, "{0}, cache of {1}: {2}", architecture, cacheType, agreement);
      assertThat(agreement.top1()).isGreaterThanOrEqualTo(metadata.number("golden.engine_top1"));
      assertThat(agreement.difference())
          .isLessThanOrEqualTo(metadata.number("golden.engine_difference"));
    }
  }

  /** Token ids, and for all but the last the likeliest next token and the next one's log-prob. */
  private record Passage(int[] tokens, int[] best, float[] logProbs) {
    static Passage read(GgufMetadata metadata) {
      return new Passage(
          metadata.findIntegers("golden.tokens").orElseThrow(),
          metadata.findIntegers("golden.best").orElseThrow(),
          metadata.findFloats("golden.log_probs").orElseThrow());
    }
  }

  /**
   * @param top1 positions with the same likeliest next token, in per cent
   * @param difference mean absolute difference of log-probabilities
   */
  private record Agreement(double top1, double difference) {}

  private static Agreement measure(Path model, Passage passage, TensorType cacheType) {
    int[] tokens = passage.tokens();
    int agreed = 0;
    double difference = 0;
    try (GgufFile file = GgufFile.open(model);
        ModelRun run =
            new ModelRun(
                Architectures.load(file, KERNELS, tokens.length),
                cacheType,
                16,
                tokens.length,
                CHUNK,
                Runtime.getRuntime().availableProcessors())) {
      BlockTable table = run.newSequence();
      int last = tokens.length - 1;
      for (int begin = 0; begin < last; begin += CHUNK) {
        int end = Math.min(begin + CHUNK, last);
        float[][] logits = run.forward(table, begin, Arrays.copyOfRange(tokens, begin, end));
        for (int i = begin; i < end; i++) {
          float[] row = logits[i - begin];
          agreed += argmax(row) == passage.best()[i] ? 1 : 0;
          difference += Math.abs(logProb(row, tokens[i + 1]) - passage.logProbs()[i]);
        }
      }
      return new Agreement(100.0 * agreed / last, difference / last);
    }
  }

  private static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static double logProb(float[] logits, int token) {
    double largest = logits[argmax(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return logits[token] - largest - Math.log(sum);
  }
}
