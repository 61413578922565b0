package io.maque.lab.cases;

import java.awt.Color;
import java.awt.Font;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/** One line of print: a word, a number or a Chinese phrase. */
final class TextScenes {
  private static final double MARGIN = 4;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

  private TextScenes() {}

  static Scene word(Texts texts, Typefaces fonts, RandomGenerator random, Language language) {
    String word = random.nextBoolean() ? Texts.pick(random, texts.heldOutWords()) : letters(random);
    String shown = random.nextBoolean() ? word.toUpperCase(Locale.ROOT) : word;
    Sketch sketch = print(texts, random, shown, Texts.pick(random, fonts.latin()));
    return Scene.of(sketch, texts.question(random, "text.word", language, Map.of()), shown);
  }

  static Scene number(Texts texts, Typefaces fonts, RandomGenerator random, Language language) {
    int digits = random.nextInt(1, 9);
    long least = digits == 1 ? 0 : (long) Math.pow(10, digits - 1);
    String shown = "" + random.nextLong(least, (long) Math.pow(10, digits));
    Sketch sketch = print(texts, random, shown, Texts.pick(random, fonts.latin()));
    return Scene.of(sketch, texts.question(random, "text.number", language, Map.of()), shown);
  }

  static Scene phrase(Texts texts, Typefaces fonts, RandomGenerator random, Language language) {
    String shown = Texts.pick(random, texts.heldOutPhrases());
    Sketch sketch = print(texts, random, shown, Texts.pick(random, fonts.chinese()));
    return Scene.of(sketch, texts.question(random, "text.read", language, Map.of()), shown);
  }

  private static String letters(RandomGenerator random) {
    StringBuilder word = new StringBuilder();
    for (int length = random.nextInt(2, 9); word.length() < length; ) {
      word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return word.toString();
  }

  private static Sketch print(Texts texts, RandomGenerator random, String text, Font font) {
    Sketch sketch = Sketch.onPaper(random);
    boolean coloured = !sketch.isDark() && random.nextDouble() < 0.3;
    Color ink = coloured ? Texts.pick(random, texts.colours()).rgb() : sketch.ink(random);
    double room = Sketch.SIDE - 2 * MARGIN;
    double size = sketch.fitting(text, font, random.nextDouble(15, 32), room);
    double x = MARGIN + random.nextDouble() * Math.max(0, room - sketch.width(text, font, size));
    double middle = Sketch.ruled(random, random.nextDouble(size, Sketch.SIDE - size), size);
    sketch.text(x, middle, text, font, size, ink);
    return sketch;
  }
}
