package io.maque.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The {@code wordwrap} filter: each line of the text is wrapped as Python's textwrap does. */
final class WordWrap {
  private final int width;
  private final boolean breakLongWords;
  private final boolean breakOnHyphens;
  private final Budget budget;

  private WordWrap(int width, boolean breakLongWords, boolean breakOnHyphens, Budget budget) {
    this.width = width;
    this.breakLongWords = breakLongWords;
    this.breakOnHyphens = breakOnHyphens;
    this.budget = budget;
  }

  static Text apply(Text text, Arguments arguments, Budget budget) {
    Object[] given =
        arguments.bind(
            "wordwrap", 0, "width", "break_long_words", "wrapstring", "break_on_hyphens");
    int width = Types.count(Arguments.or(given[0], 79L), "wordwrap");
    if (width <= 0) {
      throw new TemplateException("wordwrap: expected a positive width, found " + width);
    }
    WordWrap wrap =
        new WordWrap(
            width,
            Types.isTrue(Arguments.or(given[1], true)),
            Types.isTrue(Arguments.or(given[3], true)),
            budget);
    Object lineBreak = Arguments.or(given[2], null);
    Text separator = lineBreak == null ? Text.literal("\n") : Types.text(lineBreak, "wordwrap");
    List<Object> paragraphs = new ArrayList<>();
    for (Object line : Splitting.lines(text, false, budget)) {
      List<Object> wrapped = new ArrayList<>(wrap.lines((Text) line));
      paragraphs.add(StringMethods.join(separator, wrapped, true, budget));
    }
    return StringMethods.join(separator, paragraphs, true, budget);
  }

  private List<Text> lines(Text line) {
    Deque<Text> chunks = chunks(line);
    List<Text> lines = new ArrayList<>();
    while (!chunks.isEmpty()) {
      budget.step();
      if (!lines.isEmpty() && isBlank(chunks.peek())) {
        chunks.pop();
        if (chunks.isEmpty()) {
          break;
        }
      }
      List<Text> row = new ArrayList<>();
      int used = 0;
      while (!chunks.isEmpty() && used + chunks.peek().length() <= width) {
        used += chunks.peek().length();
        row.add(chunks.pop());
      }
      if (!chunks.isEmpty() && chunks.peek().length() > width) {
        breakLong(chunks, row, used);
      }
      if (!row.isEmpty() && isBlank(row.getLast())) {
        row.removeLast();
      }
      if (!row.isEmpty()) {
        lines.add(StringMethods.join(Text.EMPTY, new ArrayList<>(row), true, budget));
      }
    }
    return lines;
  }

  private void breakLong(Deque<Text> chunks, List<Text> row, int used) {
    if (breakLongWords) {
      Text chunk = chunks.pop();
      int space = width - used;
      int end = space;
      if (breakOnHyphens) {
        int hyphen =
            chunk.value.lastIndexOf('-', Math.min(chunk.offset(space), chunk.value.length()) - 1);
        if (hyphen > 0 && !chunk.value.substring(0, hyphen).replace("-", "").isEmpty()) {
          end = chunk.index(hyphen) + 1;
        }
      }
      row.add(chunk.slice(0, end));
      chunks.push(chunk.slice(end, chunk.length()));
    } else if (row.isEmpty()) {
      row.add(chunks.pop());
    }
  }

  private static boolean isBlank(Text chunk) {
    return Characters.strip(chunk.value).isEmpty();
  }

  /** Words, the white space between them, and the parts of words that hyphens allow to part. */
  private Deque<Text> chunks(Text line) {
    Deque<Text> chunks = new ArrayDeque<>();
    String value = line.value;
    int start = 0;
    for (int i = 1; i <= value.length(); i++) {
      boolean boundary =
          i == value.length()
              || Characters.isSpace(value.charAt(i)) != Characters.isSpace(value.charAt(i - 1))
              || breakOnHyphens && isHyphenBreak(value, start, i);
      if (boundary) {
        chunks.add(line.cut(start, i));
        start = i;
      }
    }
    return chunks;
  }

  /** A break behind a hyphen that has letters around it: {@code well-known}, not {@code -5}. */
  private static boolean isHyphenBreak(String value, int start, int i) {
    return value.charAt(i - 1) == '-'
        && i - 3 >= start
        && isLetter(value.charAt(i - 2))
        && isWord(value.charAt(i - 3))
        && i + 1 < value.length()
        && isLetter(value.charAt(i))
        && isLetter(value.charAt(i + 1));
  }

  private static boolean isLetter(char c) {
    return Character.isLetter(c) || c == '_';
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
