package io.maque.lab.cases;

import java.text.Normalizer;
import java.util.Locale;

/**
 * A picture, a question about it, and the answer that is right.
 *
 * @param kind what is asked
 * @param language of question and answer
 * @param image a PNG file
 * @param question as a user would type it
 * @param answer as Maque Nano is taught to write it
 */
public record Case(CaseKind kind, Language language, byte[] image, String question, String answer) {

  /**
   * Whether an answer of a model is this one: all of it, but for letter case in words of ours, for
   * space around it and for a full stop at its end. What a picture says counts letter by letter.
   */
  public boolean isRight(String given) {
    return normal(given).equals(normal(answer));
  }

  private String normal(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFC).strip();
    if (plain.endsWith(".") || plain.endsWith("。")) {
      plain = plain.substring(0, plain.length() - 1).stripTrailing();
    }
    return switch (kind) {
      case WORD, PHRASE -> plain;
      default -> plain.toLowerCase(Locale.ROOT);
    };
  }
}
