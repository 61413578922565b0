package io.maque.cli.chat;

import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/**
 * Input is one text, not words: quotes and backslashes are left alone. A text that begins with
 * three double quotes goes on over several lines until three double quotes end it.
 */
final class ChatInputParser implements Parser {
  private static final String QUOTES = "\"\"\"";

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && isOpen(line)) {
      throw new EOFError(-1, -1, "expected " + QUOTES + " at the end", QUOTES);
    }
    return new Whole(line, cursor);
  }

  /** The text without the quotes around it. */
  static String unquoted(String line) {
    String text = line.strip();
    return text.startsWith(QUOTES) && !isOpen(text)
        ? text.substring(QUOTES.length(), text.length() - QUOTES.length()).strip()
        : text;
  }

  private static boolean isOpen(String line) {
    String text = line.strip();
    return text.startsWith(QUOTES)
        && (text.length() < 2 * QUOTES.length() || !text.endsWith(QUOTES));
  }

  /** The whole line as one word. */
  private record Whole(String line, int cursor) implements CompletingParsedLine {
    @Override
    public String word() {
      return line;
    }

    @Override
    public int wordCursor() {
      return cursor;
    }

    @Override
    public int rawWordCursor() {
      return cursor;
    }

    @Override
    public int rawWordLength() {
      return line.length();
    }

    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      return candidate;
    }

    @Override
    public int wordIndex() {
      return 0;
    }

    @Override
    public List<String> words() {
      return List.of(line);
    }
  }
}
