package io.maque.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Splits a template into tokens with {@code trim_blocks} and {@code lstrip_blocks}: the line break
 * behind a block or comment tag vanishes, and so does the indentation before one that stands first
 * on its line. A {@code -} inside the tag strips all white space on that side, a {@code +} none.
 */
final class Lexer {
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineCountedTo;

  /** Whether the last tag consumed ended with a line break, so that text starts a line. */
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  /** The tokens in order, the last one of kind {@code END}. */
  static List<Token> tokens(String source) {
    String lines = normalized(source);
    if (lines.endsWith("\n")) {
      lines = lines.substring(0, lines.length() - 1);
    }
    Lexer lexer = new Lexer(lines);
    lexer.root();
    return lexer.tokens;
  }

  private static String normalized(String text) {
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }

  private void root() {
    while (true) {
      int tag = nextTag(at);
      if (tag < 0) {
        data(at, source.length());
        line(source.length());
        add(Token.Kind.END, "", null);
        return;
      }
      char kind = source.charAt(tag + 1);
      int raw = kind == '%' ? rawEnd(tag, "raw", false) : -1;
      int sign = signAt(tag + 2);
      data(at, dataEnd(at, tag, sign, kind == '{'));
      line(tag);
      if (raw >= 0) {
        rawBlock(raw);
      } else if (kind == '#') {
        comment(tag + 2 + (sign == 0 ? 0 : 1));
      } else {
        at = tag + 2 + (sign == 0 ? 0 : 1);
        boolean block = kind == '%';
        add(block ? Token.Kind.BLOCK_BEGIN : Token.Kind.VARIABLE_BEGIN, "", null);
        code(block);
      }
    }
  }

  private int nextTag(int from) {
    for (int i = source.indexOf('{', from); i >= 0; i = source.indexOf('{', i + 1)) {
      char next = i + 1 < source.length() ? source.charAt(i + 1) : ' ';
      if (next == '{' || next == '%' || next == '#') {
        return i;
      }
    }
    return -1;
  }

  private int signAt(int index) {
    char c = index < source.length() ? source.charAt(index) : ' ';
    return c == '-' || c == '+' ? c : 0;
  }

  /** Where the text before a tag ends once its white space control is applied. */
  private int dataEnd(int from, int tag, int sign, boolean variable) {
    if (sign == '-') {
      return Characters.trimEnd(source, from, tag);
    }
    if (sign == '+' || variable) {
      return tag;
    }
    int lineStart = tag;
    while (lineStart > from && source.charAt(lineStart - 1) != '\n') {
      lineStart--;
    }
    if (lineStart == from && !lineStarting) {
      return tag;
    }
    return Characters.skipSpace(source, lineStart, tag) == tag ? lineStart : tag;
  }

  /**
   * The offset behind {@code {% word %}} at {@code tag}, or -1. The opening tag of a raw block
   * keeps the line break behind it and knows no {@code +}; the closing one is like any block tag.
   */
  private int rawEnd(int tag, String word, boolean closing) {
    int i = tag + 2 + (signAt(tag + 2) == 0 ? 0 : 1);
    i = Characters.skipSpace(source, i, source.length());
    if (!source.startsWith(word, i)) {
      return -1;
    }
    i = Characters.skipSpace(source, i + word.length(), source.length());
    if (closing) {
      return blockEnd(i);
    }
    if (source.startsWith("-%}", i)) {
      return Characters.skipSpace(source, i + 3, source.length());
    }
    return source.startsWith("%}", i) ? i + 2 : -1;
  }

  /** The offset behind the end of a block tag that may begin at {@code i}, or -1. */
  private int blockEnd(int i) {
    if (source.startsWith("+%}", i)) {
      return i + 3;
    }
    if (source.startsWith("-%}", i)) {
      return Characters.skipSpace(source, i + 3, source.length());
    }
    return source.startsWith("%}", i) ? pastLineBreak(i + 2) : -1;
  }

  private int pastLineBreak(int i) {
    return i < source.length() && source.charAt(i) == '\n' ? i + 1 : i;
  }

  private void rawBlock(int start) {
    lineStarting = source.charAt(start - 1) == '\n';
    for (int tag = source.indexOf("{%", start); tag >= 0; tag = source.indexOf("{%", tag + 1)) {
      int end = rawEnd(tag, "endraw", true);
      if (end >= 0) {
        line(start);
        data(start, dataEnd(start, tag, signAt(tag + 2), false));
        finish(end);
        return;
      }
    }
    if (start < source.length()) {
      throw new TemplateSyntaxException("expected '{% endraw %}' behind '{% raw %}'", line);
    }
    finish(start);
  }

  private void comment(int start) {
    int end = start == source.length() ? start : source.indexOf("#}", start);
    if (end < 0) {
      throw new TemplateSyntaxException("expected '#}' behind '{#'", line);
    }
    char sign = end > start ? source.charAt(end - 1) : ' ';
    if (sign == '-') {
      finish(Characters.skipSpace(source, end + 2, source.length()));
    } else if (end == source.length()) {
      finish(end);
    } else {
      finish(sign == '+' ? end + 2 : pastLineBreak(end + 2));
    }
  }

  /** Goes on behind a tag. */
  private void finish(int end) {
    lineStarting = source.charAt(end - 1) == '\n';
    at = end;
    line(end);
  }

  private void data(int from, int to) {
    if (from < to) {
      line(from);
      add(Token.Kind.DATA, source.substring(from, to), null);
    }
  }

  private void add(Token.Kind kind, String text, Object value) {
    tokens.add(new Token(kind, text, value, line));
  }

  /** Counts lines up to an offset. */
  private void line(int offset) {
    for (; lineCountedTo < offset; lineCountedTo++) {
      if (source.charAt(lineCountedTo) == '\n') {
        line++;
      }
    }
  }

  /** The inside of {@code {{ … }}} or {@code {% … %}}. */
  private void code(boolean block) {
    Deque<Character> open = new ArrayDeque<>();
    while (at < source.length()) {
      line(at);
      if (open.isEmpty()) {
        int end = block ? blockEnd(at) : variableEnd(at);
        if (end >= 0) {
          add(block ? Token.Kind.BLOCK_END : Token.Kind.VARIABLE_END, "", null);
          finish(end);
          return;
        }
      }
      char c = source.charAt(at);
      if (Characters.isSpace(c)) {
        at++;
      } else if (c >= '0' && c <= '9') {
        number();
      } else if (c == '_' || Character.isUnicodeIdentifierStart(source.codePointAt(at))) {
        name();
      } else if ((c == '"' || c == '\'') && StringLiteral.end(source, at) >= 0) {
        int end = StringLiteral.end(source, at);
        add(Token.Kind.STRING, StringLiteral.decode(source.substring(at + 1, end - 1), line), null);
        at = end;
      } else {
        operator(open);
      }
    }
    line(at);
    add(Token.Kind.END, "", null);
    throw new TemplateSyntaxException(
        "expected '%s', found the end of the template".formatted(block ? "%}" : "}}"), line);
  }

  private int variableEnd(int i) {
    if (source.startsWith("-}}", i)) {
      return Characters.skipSpace(source, i + 3, source.length());
    }
    return source.startsWith("}}", i) ? i + 2 : -1;
  }

  private void name() {
    int start = at;
    while (at < source.length()
        && (source.charAt(at) == '_' || Character.isUnicodeIdentifierPart(source.codePointAt(at)))
        && !Character.isIdentifierIgnorable(source.codePointAt(at))) {
      at += Character.charCount(source.codePointAt(at));
    }
    add(Token.Kind.NAME, source.substring(start, at), null);
  }

  private void number() {
    boolean behindDot = at > 0 && source.charAt(at - 1) == '.';
    int end = behindDot ? -1 : NumberLiteral.floatEnd(source, at);
    if (end >= 0) {
      String digits = source.substring(at, end).replace("_", "");
      add(Token.Kind.NUMBER, digits, Double.parseDouble(digits));
    } else {
      end = NumberLiteral.integerEnd(source, at);
      String digits = source.substring(at, end);
      Object value = Numbers.parseInteger(digits, 0);
      if (value == null) {
        throw new TemplateSyntaxException("expected an integer, found '" + digits + "'", line);
      }
      add(Token.Kind.NUMBER, digits, value);
    }
    at = end;
  }

  private void operator(Deque<Character> open) {
    char c = source.charAt(at);
    String two = at + 1 < source.length() ? source.substring(at, at + 2) : "";
    String sign =
        switch (two) {
          case "//", "**", "==", "!=", ">=", "<=" -> two;
          default -> String.valueOf(c);
        };
    if (sign.length() == 1 && "+-/*%~[](){}<>=.:|,;".indexOf(c) < 0) {
      throw new TemplateSyntaxException(
          "expected an expression, found the character '"
              + Character.toString(source.codePointAt(at))
              + "'",
          line);
    }
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw new TemplateSyntaxException("unexpected '" + c + "'", line);
        }
      }
      default -> {
        // every other operator stands alone
      }
    }
    add(Token.Kind.OPERATOR, sign, null);
    at += sign.length();
  }
}
