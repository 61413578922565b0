package io.maque.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.cache.BlockTable;
import io.maque.model.Batch;
import io.maque.model.GoldenConversation;
import io.maque.model.ImageGrid;
import io.maque.model.ImageSpan;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MropePositionsTest {

  static List<GoldenConversation> golden() {
    return GoldenConversation.all("qwen3vl");
  }

  @ParameterizedTest
  @MethodSource("golden")
  void areThoseOfTheReference(GoldenConversation golden) {
    int[][] found = positions(slice(golden, 0, golden.prompt().length));
    assertThat(found).isDeepEqualTo(golden.positions());
  }

  /** A prompt may be cut anywhere, in the middle of a picture too. */
  @ParameterizedTest
  @MethodSource("golden")
  void doNotDependOnWhereAPromptIsCut(GoldenConversation golden) {
    int length = golden.prompt().length;
    for (int cut = 1; cut < length; cut++) {
      int[][] found = positions(slice(golden, 0, cut), slice(golden, cut, length));
      assertThat(found).as("cut at %d", cut).isDeepEqualTo(golden.positions());
    }
  }

  @Test
  void goOnBehindAPictureByItsLongerSide() {
    List<ImageSpan> images =
        List.of(
            new ImageSpan(2, new ImageGrid(2, 5), Optional.empty()),
            new ImageSpan(12, new ImageGrid(3, 1), Optional.empty()));
    int[][] found = positions(new Batch.Slice(new BlockTable(), 11, new int[6], images));
    assertThat(found[MropePositions.TIME]).containsExactly(2, 7, 7, 7, 10, 11);
    assertThat(found[MropePositions.LINE]).containsExactly(3, 7, 8, 9, 10, 11);
    assertThat(found[MropePositions.COLUMN]).containsExactly(6, 7, 7, 7, 10, 11);
  }

  private static Batch.Slice slice(GoldenConversation golden, int begin, int end) {
    int[] tokens = Arrays.copyOfRange(golden.prompt(), begin, end);
    return new Batch.Slice(new BlockTable(), begin, tokens, golden.images());
  }

  private static int[][] positions(Batch.Slice... slices) {
    Batch batch = new Batch(List.of(slices));
    MropePositions positions = MropePositions.of(batch);
    return IntStream.range(0, 3)
        .mapToObj(axis ->
            IntStream.range(0, batch.tokens())
                .map(row -> positions.coordinate(row, axis))
                .toArray())
        .toArray(int[][]::new);
  }
}
