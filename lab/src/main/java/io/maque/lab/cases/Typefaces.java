package io.maque.lab.cases;

import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The fonts that pictures are printed in.
 *
 * @param latin fonts for words and numbers
 * @param chinese fonts for Chinese, which print Latin letters too
 */
public record Typefaces(List<Font> latin, List<Font> chinese) {
  private static final String CHINESE_SAMPLE = "安全出口合计";
  // The platform's families, which borrow Chinese from some other font.
  private static final Set<String> LOGICAL =
      Set.of(Font.DIALOG, Font.DIALOG_INPUT, Font.SANS_SERIF, Font.SERIF, Font.MONOSPACED);

  /** Refuses empty lists. */
  public Typefaces {
    latin = List.copyOf(latin);
    chinese = List.copyOf(chinese);
    if (latin.isEmpty() || chinese.isEmpty()) {
      throw new IllegalArgumentException(
          "fonts: expected one or more of each script, found %d for Latin, %d for Chinese"
              .formatted(latin.size(), chinese.size()));
    }
  }

  /**
   * Fonts of this machine: the Java platform's families and every font of simplified Chinese.
   *
   * @throws FontMissingException if no font has Chinese characters
   */
  public static Typefaces installed() {
    List<Font> latin =
        Stream.of(Font.SANS_SERIF, Font.SERIF, Font.MONOSPACED)
            .flatMap(name -> Stream.of(Font.PLAIN, Font.BOLD).map(style -> font(name, style)))
            .toList();
    List<Font> chinese =
        Arrays.stream(GraphicsEnvironment.getLocalGraphicsEnvironment().getAllFonts())
            .filter(font -> !LOGICAL.contains(font.getFamily(Locale.ROOT)))
            .filter(font -> font.canDisplayUpTo(CHINESE_SAMPLE) < 0)
            .filter(font -> !isForeignVariant(font.getFontName()))
            .toList();
    if (chinese.isEmpty()) {
      throw new FontMissingException(
          "no font with Chinese characters is installed;"
              + " Debian has one in the packages fontconfig and fonts-noto-cjk");
    }
    return new Typefaces(latin, chinese);
  }

  private static Font font(String name, int style) {
    return new Font(name, style, 1);
  }

  /** Whether a font of a family draws the characters as in Japan, Korea, Taiwan or Hong Kong. */
  private static boolean isForeignVariant(String name) {
    return Stream.of(" JP", " KR", " TC", " HK").anyMatch(name::contains);
  }
}
