package io.maque.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {

  @Test
  void withoutStopsEverythingPassesAtOnce() {
    StopStrings stops = new StopStrings(List.of());

    assertThat(stops.accept("anything")).isEqualTo("anything");
    assertThat(stops.flush()).isEmpty();
    assertThat(stops.matched()).isFalse();
  }

  @Test
  void aStopAcrossPiecesIsFoundAndNeverShown() {
    StopStrings stops = new StopStrings(List.of("###"));

    assertThat(stops.accept("one#")).isEqualTo("one");
    assertThat(stops.accept("#")).isEmpty();
    assertThat(stops.accept("# two")).isEmpty();
    assertThat(stops.matched()).isTrue();
    assertThat(stops.flush()).isEmpty();
  }

  @Test
  void whatOnlyBeganLikeAStopIsGivenBack() {
    StopStrings stops = new StopStrings(List.of("stop"));

    assertThat(stops.accept("ssto")).isEqualTo("s");
    assertThat(stops.accept("ry")).isEqualTo("story");
    assertThat(stops.accept("st")).isEmpty();
    assertThat(stops.flush()).isEqualTo("st");
    assertThat(stops.matched()).isFalse();
  }

  @Test
  void theStopThatIsCompleteFirstWinsAndOfTwoThatEndTogetherTheLonger() {
    assertThat(answer(List.of("abcd", "bc"), "xabcd")).isEqualTo("xa");
    assertThat(answer(List.of("c", "abc"), "xabc")).isEqualTo("x");
  }

  @Test
  void aStopOfCharactersOutsideTheBasicPlane() {
    assertThat(answer(List.of("\uD83D\uDE00!"), "a\uD83D\uDE00", "b\uD83D\uDE00", "!c"))
        .isEqualTo("a\uD83D\uDE00b");
  }

  @Test
  void theAnswerDoesNotDependOnWhereThePiecesAreCut() {
    long seed = 20260103;
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      String text = letters(random, 12);
      List<String> stops = List.of(letters(random, 3) + "a", letters(random, 2) + "b");
      String whole = answer(stops, text);
      int cut = random.nextInt(text.length() + 1);
      int next = cut + random.nextInt(text.length() - cut + 1);

      assertThat(
              answer(
                  stops, text.substring(0, cut), text.substring(cut, next), text.substring(next)))
          .as("seed %d, round %d: %s in %s", seed, round, stops, text)
          .isEqualTo(whole);
      assertThat(whole).doesNotContain(stops);
    }
  }

  private static String letters(Random random, int most) {
    StringBuilder letters = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      letters.append("abc".charAt(random.nextInt(3)));
    }
    return letters.toString();
  }

  private static String answer(List<String> stops, String... pieces) {
    StopStrings matcher = new StopStrings(stops);
    StringBuilder answer = new StringBuilder();
    for (String piece : pieces) {
      if (!matcher.matched()) {
        answer.append(matcher.accept(piece));
      }
    }
    return answer + matcher.flush();
  }
}
