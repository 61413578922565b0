package io.maque.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

  @Test
  void ordinaryTextIsLeftAlone() {
    String text = "a\tb\n麻雀 🐦 é";

    assertThat(PlainText.of(text)).isSameAs(text);
  }

  @Test
  void everyControlCharacterIsReplaced() {
    for (char c = 0; c < 0xa0; c++) {
      if (Character.isISOControl(c) && c != '\n' && c != '\t') {
        String safe = PlainText.of("x" + c + "y");
        assertThat(safe).as("U+%04X", (int) c).hasSize(3).startsWith("x").endsWith("y");
        assertThat(Character.isISOControl(safe.charAt(1))).as("U+%04X", (int) c).isFalse();
      }
    }
  }

  @Test
  void writingDirectionCannotBeTurnedAround() {
    assertThat(PlainText.of("a\u202eb\u2066c")).isEqualTo("a\ufffdb\ufffdc");
  }

  @Test
  void aSentenceIsOneLine() {
    assertThat(PlainText.singleLine(" one\n  two\r\nthree ")).isEqualTo("one two three");
  }
}
