package io.maque.lab.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures without text, which need no fonts. */
class CasesTest {
  private static final int SEEDS = 60;
  // Colours are shaded by up to 15 in each part; edges are mixed with the paper.
  private static final int SHADE = 16;

  private final List<Font> anyFont = List.of(new Font(Font.SANS_SERIF, Font.PLAIN, 1));
  private final Cases cases = new Cases(new Typefaces(anyFont, anyFont));
  private final Texts texts = new Texts();

  @ParameterizedTest
  @EnumSource(
      names = {"SHAPE_COUNT", "COLOUR_COUNT", "SHAPE_COLOUR", "SHAPE_EXISTS", "SIGN", "UNCLEAR"})
  void aSeedAlwaysGivesTheSameCase(CaseKind kind) {
    for (Language language : Language.values()) {
      Case first = cases.get(kind, language, 7);
      Case again = cases.get(kind, language, 7);

      assertThat(again.image().orElseThrow()).isEqualTo(first.image().orElseThrow());
      assertThat(again.question()).isEqualTo(first.question()).doesNotContain("{");
      assertThat(again.answer()).isEqualTo(first.answer()).isNotEmpty();
      assertThat(cases.get(kind, language, 8).image().orElseThrow())
          .isNotEqualTo(first.image().orElseThrow());
    }
  }

  @Test
  void theColourThatIsTheAnswerIsInThePicture() throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      Case one = cases.get(CaseKind.SHAPE_COLOUR, Language.EN, seed);

      assertThat(share(one, colour(one.answer()))).as("seed %d", seed).isGreaterThan(0.004);
    }
  }

  @Test
  void aColourThatIsCountedIsInThePicture() throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      Case one = cases.get(CaseKind.COLOUR_COUNT, Language.EN, seed);
      Color asked =
          texts.colours().stream()
              .filter(colour -> one.question().contains(" " + colour.name().en()))
              .findFirst()
              .orElseThrow()
              .rgb();

      int count = Integer.parseInt(one.answer());
      assertThat(count).isBetween(1, 5);
      assertThat(share(one, asked)).as("seed %d", seed).isGreaterThan(0.004 * count);
    }
  }

  @Test
  void placesAreWhereTheShapeIs() throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      Case one = cases.get(CaseKind.SHAPE_PLACE, Language.EN, seed);
      int place =
          texts.places().stream()
              .map(p -> Texts.answer(p, Language.EN))
              .toList()
              .indexOf(one.answer());
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(one.image().orElseThrow()));
      int side = image.getWidth();
      int x = side * (2 * (place % 3) + 1) / 6;
      int y = side * (2 * (place / 3) + 1) / 6;

      assertThat(differs(image, x, y, side / 12)).as("seed %d: %s", seed, one).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SHAPE_COUNT", "COLOUR_COUNT", "KIND_COUNT"})
  void everyCountComesUpOften(CaseKind kind) {
    Map<String, Long> answers =
        LongStream.range(0, 400)
            .mapToObj(seed -> cases.get(kind, Language.EN, seed).answer())
            .collect(Collectors.groupingBy(answer -> answer, Collectors.counting()));

    assertThat(answers).containsOnlyKeys("1", "2", "3", "4", "5");
    assertThat(answers.values()).allMatch(count -> count >= 20);
  }

  @Test
  void whatIsAbsentIsAskedInTwoWays() {
    int asked = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Case one = cases.get(CaseKind.ABSENT, Language.EN, seed);
      asked += one.question().contains("colo") ? 1 : 0;
      assertThat(one.question()).doesNotContain("{");
      assertThat(one.answer()).isEqualTo(texts.one("absent").en());
    }
    assertThat(asked).isBetween(SEEDS / 4, 3 * SEEDS / 4);
  }

  @ParameterizedTest
  @EnumSource(names = {"PICTURELESS", "TALK"})
  void someQuestionsComeWithoutAPicture(CaseKind kind) {
    for (Language language : Language.values()) {
      for (long seed = 0; seed < SEEDS; seed++) {
        Case one = cases.get(kind, language, seed);
        assertThat(one.image()).isEmpty();
        assertThat(one.question()).isNotBlank().doesNotContain("{");
        assertThat(one.choices()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SHAPE_COLOUR", "SHAPE_KIND", "SHAPE_PLACE", "SHAPE_EXISTS", "SIGN"})
  void anAnswerThatIsOneOfFewIsAmongTheChoices(CaseKind kind) {
    for (Language language : Language.values()) {
      Case one = cases.get(kind, language, 3);
      assertThat(one.choices()).hasSizeGreaterThan(1).contains(one.answer());
    }
  }

  @Test
  void everyAnswerOfAKindComesUp() {
    Set<String> counts = new HashSet<>();
    Set<String> exists = new HashSet<>();
    LongStream.range(0, SEEDS)
        .forEach(seed -> {
          counts.add(cases.get(CaseKind.SHAPE_COUNT, Language.EN, seed).answer());
          exists.add(cases.get(CaseKind.SHAPE_EXISTS, Language.ZH, seed).answer());
        });

    assertThat(counts).containsExactlyInAnyOrder("1", "2", "3", "4", "5");
    assertThat(exists).containsExactlyInAnyOrder("有", "没有");
  }

  @Test
  void signsHaveNamesInBothLanguages() {
    Set<String> meanings = new HashSet<>();
    for (long seed = 0; seed < 200; seed++) {
      meanings.add(cases.get(CaseKind.SIGN, Language.ZH, seed).answer());
    }

    assertThat(meanings).hasSize(texts.signs().size()).contains("易燃", "有毒");
  }

  private Color colour(String answer) {
    return texts.colours().stream()
        .filter(colour -> Texts.answer(colour.name(), Language.EN).equals(answer))
        .findFirst()
        .orElseThrow()
        .rgb();
  }

  /** The share of a picture's pixels that have a colour, but for its shade. */
  private static double share(Case one, Color colour) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(one.image().orElseThrow()));
    int alike = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        Color found = new Color(image.getRGB(x, y));
        boolean red = Math.abs(found.getRed() - colour.getRed()) <= SHADE;
        boolean green = Math.abs(found.getGreen() - colour.getGreen()) <= SHADE;
        boolean blue = Math.abs(found.getBlue() - colour.getBlue()) <= SHADE;
        alike += red && green && blue ? 1 : 0;
      }
    }
    return (double) alike / (image.getWidth() * image.getHeight());
  }

  /** Whether a square of pixels shows anything but the paper. */
  private static boolean differs(BufferedImage image, int x, int y, int half) {
    int paper = image.getRGB(0, 0);
    for (int dy = -half; dy <= half; dy++) {
      for (int dx = -half; dx <= half; dx++) {
        if (image.getRGB(x + dx, y + dy) != paper) {
          return true;
        }
      }
    }
    return false;
  }
}
