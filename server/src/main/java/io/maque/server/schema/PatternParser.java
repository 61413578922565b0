package io.maque.server.schema;

import io.maque.grammar.Expression;
import java.util.ArrayList;
import java.util.List;

/**
 * The subset of ECMA-262 patterns that {@code pattern} may use, as what stands between the quotes
 * of a string: literals, {@code .}, classes, {@code \d \w \s} and their negations, groups, {@code
 * |}, {@code * + ? {n} {n,} {n,m}} also lazily, and {@code ^} and {@code $} at the ends of the
 * alternatives. Everything else is refused: what looks around or back is not regular, word borders
 * and Unicode properties are not there.
 */
final class PatternParser {
  private static final int MAX_LENGTH = 2000;
  private static final int MAX_NESTING = 50;
  private static final int MAX_COUNT = 1000;

  /** Characters of the longest text that the counts of a pattern multiply to. */
  private static final long MAX_SIZE = 20_000;

  private final String source;
  private final String pointer;
  private int at;
  private int nesting;

  private PatternParser(String source, String pointer) {
    this.source = source;
    this.pointer = pointer;
  }

  /** What is parsed, and how large it is when counts are written out. */
  private record Part(Expression expression, long size) {}

  /**
   * Parses a pattern.
   *
   * @param pointer where it stands, for errors
   */
  static Expression parse(String source, String pointer) {
    PatternParser parser = new PatternParser(source, pointer);
    if (source.length() > MAX_LENGTH) {
      throw parser.unsupported("a pattern of more than " + MAX_LENGTH + " characters");
    }
    return parser.wholePattern();
  }

  /** A pattern is searched for: where no anchor holds it, anything may stand before and behind. */
  private Expression wholePattern() {
    List<Expression> options = new ArrayList<>();
    do {
      boolean begin = take('^');
      Part part = sequence();
      boolean end = take('$');
      if (at < source.length() && source.charAt(at) != '|') {
        throw unsupported(
            source.charAt(at) == ')' ? "a ) without its (" : "an anchor in the middle");
      }
      List<Expression> parts = new ArrayList<>();
      if (!begin) {
        parts.add(Expression.any(JsonRules.CHARACTER));
      }
      parts.add(part.expression());
      if (!end) {
        parts.add(Expression.any(JsonRules.CHARACTER));
      }
      options.add(new Expression.Sequence(parts));
    } while (take('|'));
    return new Expression.Choice(options);
  }

  private Part alternatives() {
    List<Expression> options = new ArrayList<>();
    long size = 0;
    do {
      Part part = sequence();
      options.add(part.expression());
      size += part.size();
    } while (take('|'));
    return new Part(new Expression.Choice(options), size);
  }

  private Part sequence() {
    List<Expression> parts = new ArrayList<>();
    long size = 0;
    while (at < source.length() && "|)$".indexOf(source.charAt(at)) < 0) {
      Part part = quantified(atom());
      parts.add(part.expression());
      size += part.size();
    }
    return new Part(new Expression.Sequence(parts), size);
  }

  private Part quantified(Part item) {
    if (at >= source.length()) {
      return item;
    }
    Part repeated =
        switch (source.charAt(at)) {
          case '*' -> repeat(item, 0, Expression.UNBOUNDED, 1);
          case '+' -> repeat(item, 1, Expression.UNBOUNDED, 1);
          case '?' -> repeat(item, 0, 1, 1);
          case '{' -> counted(item);
          default -> null;
        };
    if (repeated == null) {
      return item;
    }
    // Lazy or not, the texts are the same.
    take('?');
    if (at < source.length() && "*+?{".indexOf(source.charAt(at)) >= 0) {
      throw unsupported("a repetition of a repetition without a group");
    }
    return repeated;
  }

  private Part counted(Part item) {
    int close = source.indexOf('}', at);
    String counts = close < 0 ? "" : source.substring(at + 1, close);
    if (!counts.matches("[0-9]{1,6}(,[0-9]{0,6})?")) {
      throw unsupported("a { that is no count (write \\{ for the character)");
    }
    String[] bounds = counts.split(",", -1);
    int min = Integer.parseInt(bounds[0]);
    int max = min;
    if (bounds.length == 2) {
      max = bounds[1].isEmpty() ? Expression.UNBOUNDED : Integer.parseInt(bounds[1]);
    }
    if (max < min || Math.max(min, max == Expression.UNBOUNDED ? 0 : max) > MAX_COUNT) {
      throw unsupported("counts out of order or above " + MAX_COUNT);
    }
    return repeat(item, min, max, close + 1 - at);
  }

  private Part repeat(Part item, int min, int max, int length) {
    at += length;
    long size = item.size() * Math.max(1, max == Expression.UNBOUNDED ? min : max);
    if (size > MAX_SIZE) {
      throw unsupported("counts that multiply to more than " + MAX_SIZE);
    }
    return new Part(Expression.repeat(item.expression(), min, max), size);
  }

  private Part atom() {
    char c = source.charAt(at);
    return switch (c) {
      case '(' -> group();
      case '[' -> one(characterClass());
      case '.' -> {
        at++;
        yield one(CharacterSet.LINE_ENDS.negated());
      }
      case '\\' -> one(escape());
      case '^' -> throw unsupported("an anchor in the middle");
      case '*', '+', '?', '{', '}', ']' -> throw unsupported("a " + c + " without its partner");
      default -> one(literal());
    };
  }

  private static Part one(CharacterSet set) {
    return new Part(set.inString(), 1);
  }

  private Part group() {
    if (++nesting > MAX_NESTING) {
      throw unsupported("groups nested more than " + MAX_NESTING + " deep");
    }
    at++;
    if (source.startsWith("?:", at)) {
      at += 2;
    } else if (at < source.length() && source.charAt(at) == '?') {
      throw unsupported("a group that looks around or has a name");
    }
    Part part = alternatives();
    if (!take(')')) {
      throw unsupported(at < source.length() ? "an anchor in the middle" : "a ( without its )");
    }
    nesting--;
    return part;
  }

  private CharacterSet literal() {
    int character = source.codePointAt(at);
    at += Character.charCount(character);
    return CharacterSet.of(character, character);
  }

  private CharacterSet characterClass() {
    at++;
    boolean negated = take('^');
    CharacterSet set = new CharacterSet(List.of());
    while (!take(']')) {
      CharacterSet item = classItem();
      if (at + 1 < source.length() && source.charAt(at) == '-' && source.charAt(at + 1) != ']') {
        at++;
        item = CharacterSet.of(single(item), single(classItem(), single(item)));
      }
      set = set.plus(item);
    }
    return negated ? set.negated() : set;
  }

  private CharacterSet classItem() {
    if (at >= source.length()) {
      throw unsupported("a [ without its ]");
    }
    if (source.startsWith("\\b", at)) {
      at += 2;
      return CharacterSet.of('\b', '\b');
    }
    return source.charAt(at) == '\\' ? escape() : literal();
  }

  private int single(CharacterSet item) {
    return single(item, 0);
  }

  private int single(CharacterSet item, int least) {
    boolean one = item.ranges().size() == 1;
    if (!one || item.ranges().getFirst().first() != item.ranges().getFirst().last()) {
      throw unsupported("a range that ends in a class");
    }
    if (item.ranges().getFirst().first() < least) {
      throw unsupported("a range out of order");
    }
    return item.ranges().getFirst().first();
  }

  private CharacterSet escape() {
    at++;
    if (at >= source.length()) {
      throw unsupported("a \\ at the end");
    }
    char c = source.charAt(at++);
    return switch (c) {
      case 'd' -> CharacterSet.DIGITS;
      case 'D' -> CharacterSet.DIGITS.negated();
      case 'w' -> CharacterSet.WORD;
      case 'W' -> CharacterSet.WORD.negated();
      case 's' -> CharacterSet.SPACE;
      case 'S' -> CharacterSet.SPACE.negated();
      case 'n' -> CharacterSet.of('\n', '\n');
      case 'r' -> CharacterSet.of('\r', '\r');
      case 't' -> CharacterSet.of('\t', '\t');
      case 'f' -> CharacterSet.of('\f', '\f');
      case 'v' -> CharacterSet.of(0x0B, 0x0B);
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      default -> {
        if (Character.isLetterOrDigit(c)) {
          at -= 2;
          throw unsupported("the escape \\" + c);
        }
        yield CharacterSet.of(c, c);
      }
    };
  }

  private CharacterSet hex(int digits) {
    String text = source.substring(at, Math.min(source.length(), at + digits));
    if (!text.matches("[0-9a-fA-F]{" + digits + "}")) {
      throw unsupported("an escape without its " + digits + " hexadecimal digits");
    }
    at += digits;
    int character = Integer.parseInt(text, 16);
    if (Character.isSurrogate((char) character)) {
      throw unsupported("half of a surrogate pair");
    }
    return CharacterSet.of(character, character);
  }

  private boolean take(char expected) {
    if (at < source.length() && source.charAt(at) == expected) {
      at++;
      return true;
    }
    return false;
  }

  private UnsupportedSchemaException unsupported(String what) {
    return new UnsupportedSchemaException(
        pointer,
        "pattern: %s (at character %d) is not supported"
            .formatted(what, Math.min(at, source.length())));
  }
}
