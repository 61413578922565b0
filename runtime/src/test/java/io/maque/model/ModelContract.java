package io.maque.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maque.boot.Architectures;
import io.maque.cache.BlockTable;
import io.maque.gguf.GgufFile;
import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every text architecture must do, over tiny models with logits from the reference
 * implementation.
 */
public abstract class ModelContract extends ModelFileContract {
  /**
   * Largest difference of a logit, relative to the largest logit. Both sides compute in f32, where
   * sums of a hundred products differ by some 1e-6; ten layers deep that stays far below.
   */
  protected static final double GOLDEN_BOUND = 1e-4;

  /** The same with keys and values rounded to f16, whose steps are 1e-3 of a value at most. */
  private static final double F16_CACHE_BOUND = 1e-2;

  /** The same with keys and values rounded to 127 steps of the largest of 32. */
  private static final double Q8_0_CACHE_BOUND = 1e-1;

  Stream<GoldenLogits> golden() {
    return models().stream().map(GoldenLogits::read);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void logitsAreThoseOfTheReference(GoldenLogits golden) {
    run(
        golden,
        TensorType.F32,
        2,
        run -> assertClose(run.prefill(golden.tokens()), golden.logits(), GOLDEN_BOUND));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void halfPrecisionCacheIsClose(GoldenLogits golden) {
    run(
        golden,
        TensorType.F16,
        2,
        run -> assertClose(run.prefill(golden.tokens()), golden.logits(), F16_CACHE_BOUND));
  }

  /** Close, and the same bits token by token, in chunks and beside another sequence. */
  @ParameterizedTest
  @MethodSource("golden")
  void eightBitCacheIsCloseOrRefused(GoldenLogits golden) {
    if (!wholeBlocks(golden, TensorType.Q8_0)) {
      assertThatThrownBy(() -> run(golden, TensorType.Q8_0, 2, run -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Q8_0 takes multiples of 32");
      return;
    }
    run(
        golden,
        TensorType.Q8_0,
        2,
        run -> {
          int[] tokens = golden.tokens();
          float[][] all = run.prefill(tokens);
          assertClose(all, golden.logits(), Q8_0_CACHE_BOUND);
          assertThat(run.prefillInChunks(1, tokens)).isDeepEqualTo(all);
          assertThat(run.prefillWithPictures(5, 3, 6, tokens)).isDeepEqualTo(all);
        });
    run(
        golden,
        TensorType.Q8_0,
        2,
        run -> {
          int[] tokens = golden.tokens();
          float[][] all = run.prefill(tokens);
          BlockTable table = run.newSequence();
          BlockTable other = run.newSequence();
          int last = tokens.length - 1;
          run.forward(table, 0, Arrays.copyOf(tokens, last));
          assertThat(run.cache().reserve(other, tokens.length)).isTrue();
          assertThat(run.cache().reserve(table, tokens.length)).isTrue();
          float[][] together =
              run.forward(
                  new Batch(
                      List.of(
                          new Batch.Slice(other, 0, tokens),
                          new Batch.Slice(table, last, new int[] {tokens[last]}))));
          assertThat(Arrays.copyOf(together, tokens.length)).isDeepEqualTo(all);
          assertThat(together[tokens.length]).isEqualTo(all[last]);
        });
  }

  private boolean wholeBlocks(GoldenLogits golden, TensorType type) {
    try (GgufFile file = GgufFile.open(golden.model())) {
      TextModelConfig config = Architectures.load(file, kernels, golden.tokens().length).config();
      return config.keyLength() % type.blockSize() == 0
          && config.valueLength() % type.blockSize() == 0;
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void decodeTokenByTokenEqualsOnePrefill(GoldenLogits golden) {
    run(
        golden,
        TensorType.F16,
        2,
        run ->
            assertThat(run.prefillInChunks(1, golden.tokens()))
                .isDeepEqualTo(run.prefill(golden.tokens())));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void chunkedPrefillEqualsOnePrefill(GoldenLogits golden) {
    run(
        golden,
        TensorType.F32,
        2,
        run ->
            assertThat(run.prefillInChunks(7, golden.tokens()))
                .isDeepEqualTo(run.prefill(golden.tokens())));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void rowsOfAPictureAreTakenAsEmbeddings(GoldenLogits golden) {
    run(
        golden,
        TensorType.F32,
        2,
        run ->
            assertThat(run.prefillWithPictures(5, 3, 6, golden.tokens()))
                .isDeepEqualTo(run.prefill(golden.tokens())));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void sequencesInABatchDoNotSeeEachOther(GoldenLogits golden) {
    int[] tokens = golden.tokens();
    int[] others = Arrays.stream(tokens).map(token -> (token * 7 + 3) % 300).toArray();
    run(
        golden,
        TensorType.F32,
        2,
        run -> {
          float[][] alone = run.prefill(tokens);
          float[][] othersAlone = run.prefill(others);

          // One sequence decodes its last token while the other begins.
          BlockTable table = run.newSequence();
          BlockTable othersTable = run.newSequence();
          int last = tokens.length - 1;
          run.forward(table, 0, Arrays.copyOf(tokens, last));
          assertThat(run.cache().reserve(othersTable, others.length)).isTrue();
          assertThat(run.cache().reserve(table, tokens.length)).isTrue();
          float[][] together =
              run.forward(
                  new Batch(
                      List.of(
                          new Batch.Slice(othersTable, 0, others),
                          new Batch.Slice(table, last, new int[] {tokens[last]}))));

          assertThat(Arrays.copyOf(together, others.length)).isDeepEqualTo(othersAlone);
          assertThat(together[others.length]).isEqualTo(alone[last]);
        });
  }

  @ParameterizedTest
  @MethodSource("golden")
  void whatIsDroppedBetweenLayersDoesNotTouchTheRest(GoldenLogits golden) {
    int[] tokens = golden.tokens();
    int[] others = Arrays.stream(tokens).map(token -> (token * 7 + 3) % 300).toArray();
    run(
        golden,
        TensorType.F32,
        2,
        run -> {
          float[][] alone = run.prefill(tokens);
          List<Batch.Slice> slices = new ArrayList<>();
          for (int[] sequence : List.of(others, tokens)) {
            BlockTable table = run.newSequence();
            assertThat(run.cache().reserve(table, sequence.length)).isTrue();
            slices.add(new Batch.Slice(table, 0, sequence));
          }

          Batch left = run.forward(new Batch(slices), batch -> new Batch(slices.subList(1, 2)));

          assertThat(left.slices()).containsExactly(slices.get(1));
          assertThat(run.logits(IntStream.range(0, tokens.length).toArray())).isDeepEqualTo(alone);
          assertThat(run.forward(new Batch(slices), batch -> new Batch(List.of())).slices())
              .isEmpty();

          int[] layers = new int[1];
          run.forward(
              new Batch(slices),
              batch -> {
                layers[0]++;
                return batch;
              });
          Batch none =
              run.forward(
                  new Batch(slices), batch -> --layers[0] > 0 ? batch : new Batch(List.of()));
          assertThat(none.slices()).isEmpty();
        });
  }

  @ParameterizedTest
  @MethodSource("golden")
  void rowsThatAreNotWantedLeaveKeysAndValuesOnly(GoldenLogits golden) {
    int[] tokens = golden.tokens();
    int last = tokens.length - 1;
    run(
        golden,
        TensorType.F16,
        2,
        run -> {
          float[][] alone = run.prefill(tokens);
          for (int[] wanted : new int[][] {{last - 1}, {0, 1, last - 2}, {}}) {
            List<Batch.Slice> slices = new ArrayList<>();
            for (int[] ofSlice : new int[][] {wanted, {2}}) {
              BlockTable table = run.newSequence();
              assertThat(run.cache().reserve(table, tokens.length)).isTrue();
              int[] beginning = Arrays.copyOf(tokens, last);
              slices.add(new Batch.Slice(table, 0, beginning, List.of(), ofSlice));
            }

            int rows = wanted.length + 1;
            float[][] found = run.forward(new Batch(slices), IntStream.range(0, rows).toArray());

            for (int i = 0; i < wanted.length; i++) {
              assertThat(found[i]).isEqualTo(alone[wanted[i]]);
            }
            assertThat(found[wanted.length]).isEqualTo(alone[2]);
            for (Batch.Slice slice : slices) {
              assertThat(run.forward(slice.blockTable(), last, tokens[last])[0])
                  .isEqualTo(alone[last]);
              run.cache().release(slice.blockTable());
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("golden")
  void resultDoesNotDependOnThreads(GoldenLogits golden) {
    float[][][] results = new float[2][][];
    run(golden, TensorType.F32, 1, run -> results[0] = run.prefill(golden.tokens()));
    run(golden, TensorType.F32, 3, run -> results[1] = run.prefill(golden.tokens()));
    assertThat(results[1]).isDeepEqualTo(results[0]);
  }

  @Test
  void logitsOfChosenRowsOnly() {
    GoldenLogits golden = first();
    run(
        golden,
        TensorType.F32,
        2,
        run -> {
          float[][] all = run.prefill(golden.tokens());
          BlockTable table = run.newSequence();
          assertThat(run.cache().reserve(table, golden.tokens().length)).isTrue();
          Batch batch = new Batch(List.of(new Batch.Slice(table, 0, golden.tokens())));
          assertThat(run.forward(batch, new int[] {5, 2}))
              .isDeepEqualTo(new float[][] {all[5], all[2]});
          assertThat(run.forward(batch, new int[0])).isEmpty();
        });
  }

  @Test
  void tokenOutsideTheVocabularyIsRefused() {
    run(
        first(),
        TensorType.F32,
        1,
        run -> {
          assertThatThrownBy(() -> run.prefill(1, 100_000))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("100000");
          assertThatThrownBy(() -> run.prefill(-1)).isInstanceOf(IllegalArgumentException.class);
        });
  }

  @Test
  void batchThatItsBlocksDoNotCoverIsRefused() {
    run(
        first(),
        TensorType.F32,
        1,
        run -> {
          Batch batch = new Batch(List.of(new Batch.Slice(run.newSequence(), 0, new int[] {1})));
          assertThatThrownBy(() -> run.forward(batch))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("block table");
        });
  }

  protected static void assertClose(float[][] logits, float[][] expected, double bound) {
    assertThat(logits.length).isEqualTo(expected.length);
    for (int row = 0; row < expected.length; row++) {
      double largest = 0;
      for (float value : expected[row]) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(logits[row]).hasSameSizeAs(expected[row]);
      for (int i = 0; i < expected[row].length; i++) {
        assertThat((double) logits[row][i])
            .as("logit %d of position %d", i, row)
            .isCloseTo(expected[row][i], within(bound * largest));
      }
    }
  }
}
