package io.maque.lab.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures with text; fonts come with {@code scripts/fetch-browser}. */
@Tag("real")
class PrintedCasesTest {
  private final Cases cases = new Cases(Typefaces.installed());

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PICTURELESS", "TALK"})
  void everyKindInBothLanguages(CaseKind kind) throws IOException {
    for (Language language : Language.values()) {
      for (long seed = 0; seed < 20; seed++) {
        Case one = cases.get(kind, language, seed);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(one.image().orElseThrow()));

        assertThat(image.getWidth()).isEqualTo(image.getHeight()).isBetween(128, 384);
        assertThat(one.question()).doesNotContain("{");
        assertThat(one.choices().isEmpty() || one.choices().contains(one.answer())).isTrue();
        assertThat(cases.get(kind, language, seed).image().orElseThrow())
            .isEqualTo(one.image().orElseThrow());
      }
    }
  }

  @Test
  void printStaysWithinThePicture() throws IOException {
    for (CaseKind kind : new CaseKind[] {CaseKind.WORD, CaseKind.NUMBER, CaseKind.PHRASE}) {
      for (long seed = 0; seed < 60; seed++) {
        Case one = cases.get(kind, Language.EN, seed);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(one.image().orElseThrow()));

        assertThat(edgeIsPaper(image)).as("%s %d: %s", kind, seed, one.answer()).isTrue();
      }
    }
  }

  @Test
  void wordsAndNumbersHaveUpToEightCharacters() {
    for (long seed = 0; seed < 60; seed++) {
      assertThat(cases.get(CaseKind.WORD, Language.EN, seed).answer())
          .matches("[a-z]{2,8}|[A-Z]{2,8}");
      assertThat(cases.get(CaseKind.NUMBER, Language.ZH, seed).answer())
          .matches("0|[1-9][0-9]{0,7}");
    }
  }

  private static boolean edgeIsPaper(BufferedImage image) {
    int paper = image.getRGB(0, 0);
    int last = image.getWidth() - 1;
    for (int i = 0; i <= last; i++) {
      if (image.getRGB(i, 0) != paper
          || image.getRGB(i, last) != paper
          || image.getRGB(0, i) != paper
          || image.getRGB(last, i) != paper) {
        return false;
      }
    }
    return true;
  }
}
