package io.maque.lab.evaluate;

import io.maque.lab.cases.Language;
import java.text.Normalizer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether an answer is right, in two ways.
 *
 * <p><b>Exact</b>: the expected text, but for space around it. So Maque Nano is measured.
 *
 * <p><b>Lenient</b>: fair to models that were not taught our wording. Letter case, full-width forms
 * and punctuation do not matter, number words are numbers, and of what the answer mentions the
 * first thing counts: of the choices, where the answer is one of few, whatever common name they go
 * by ({@code synonyms.json}); of the numbers, where it is a number. Any other text must be in it,
 * as whole words. Of sentences that only Maque Nano is taught, lenient is exact.
 */
public final class Judge {
  private static final Pattern THOUSANDS = Pattern.compile("(?<=\\d),(?=\\d{3}(?!\\d))");
  private static final Pattern NUMBER = Pattern.compile("(?<![A-Za-z0-9])\\d+(?![A-Za-z0-9])");
  private static final Pattern NO_TEXT = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final List<String> NUMBER_WORDS =
      List.of(
          "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");
  private static final String CHINESE_NUMBERS = "零一二三四五六七八九";

  private Judge() {}

  /** Judges what a model answered to a task. */
  public static Verdict judge(Task task, String given) {
    boolean exact = Normalizer.normalize(given, Normalizer.Form.NFC).strip().equals(task.answer());
    return new Verdict(exact, exact || (!task.kind().phrased() && saysTheSame(task, given)));
  }

  private static boolean saysTheSame(Task task, String given) {
    String text = plain(given);
    if (!task.choices().isEmpty()) {
      return firstChoice(task, text).filter(task.answer()::equals).isPresent();
    }
    if (NUMBER.matcher(task.answer()).matches()) {
      return firstNumber(text).filter(task.answer()::equals).isPresent();
    }
    return mention(text, plain(task.answer())).isPresent();
  }

  /** Letters and digits in their usual forms, one space for anything between them. */
  private static String plain(String text) {
    String usual = Normalizer.normalize(text, Normalizer.Form.NFKC);
    String whole = THOUSANDS.matcher(usual).replaceAll("");
    return NO_TEXT.matcher(whole).replaceAll(" ").strip();
  }

  private static Optional<String> firstChoice(Task task, String text) {
    return task.choices().stream()
        .flatMap(choice -> mentions(text, choice, task.language()))
        .min(Comparator.comparingInt(Mention::begin).thenComparingInt(found -> -found.end()))
        .map(Mention::of);
  }

  private static Stream<Mention> mentions(String text, String choice, Language language) {
    return Stream.concat(Stream.of(choice), Synonyms.of(choice, language).stream())
        .flatMap(name -> mention(text, plain(name)).stream())
        .map(found -> new Mention(choice, found.start(), found.end()));
  }

  /** Where a text names a choice. */
  private record Mention(String of, int begin, int end) {}

  /**
   * The first place of some words in a text. Chinese has no marks between words. A single letter
   * must be as it is, for "a" is a word.
   */
  private static Optional<Matcher> mention(String text, String words) {
    boolean letter = words.length() == 1 && words.charAt(0) < 128;
    Pattern pattern =
        Pattern.compile(
            "(?<![A-Za-z0-9])" + Pattern.quote(words) + "(?![A-Za-z0-9])",
            letter ? 0 : Pattern.CASE_INSENSITIVE);
    return Optional.of(pattern.matcher(text)).filter(Matcher::find);
  }

  private static Optional<String> firstNumber(String text) {
    Matcher digits = NUMBER.matcher(text);
    if (digits.find()) {
      return Optional.of(digits.group());
    }
    return Stream.concat(
            Stream.of(text.split(" "))
                .map(word -> NUMBER_WORDS.indexOf(word.toLowerCase(Locale.ROOT))),
            // "一共" is "in all" and "两" the other word for two.
            text.replace("一共", "").replace('两', '二').chars().mapToObj(CHINESE_NUMBERS::indexOf))
        .filter(number -> number >= 0)
        .findFirst()
        .map(String::valueOf);
  }
}
