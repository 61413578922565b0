package io.maque.lab.cases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseTest {

  @ParameterizedTest
  @CsvSource({"Red", "red", "' Red\n'", "Red.", "RED"})
  void wordsOfOursCountWhateverTheirLetterCase(String given) {
    assertThat(of(CaseKind.SHAPE_COLOUR, "Red").isRight(given)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"Blue", "Red circle", "''", "Re d"})
  void anythingElseIsWrong(String given) {
    assertThat(of(CaseKind.SHAPE_COLOUR, "Red").isRight(given)).isFalse();
  }

  @Test
  void printedWordsCountLetterByLetter() {
    Case word = of(CaseKind.WORD, "HARBOR");

    assertThat(word.isRight("HARBOR")).isTrue();
    assertThat(word.isRight("Harbor")).isFalse();
  }

  @Test
  void aChineseFullStopIsNoMistake() {
    assertThat(of(CaseKind.PHRASE, "安全出口").isRight("安全出口。")).isTrue();
  }

  private static Case of(CaseKind kind, String answer) {
    return new Case(kind, Language.EN, new byte[0], "?", answer);
  }
}
