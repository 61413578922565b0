package io.maque.server.schema;

import io.maque.grammar.Expression;
import io.maque.grammar.Expression.Range;
import java.util.ArrayList;
import java.util.List;

/** Code points that a pattern allows at one place, and how a JSON string spells them. */
record CharacterSet(List<Range> ranges) {
  static final CharacterSet DIGITS = of('0', '9');
  static final CharacterSet WORD =
      new CharacterSet(
          List.of(
              new Range('0', '9'), new Range('A', 'Z'), new Range('_', '_'), new Range('a', 'z')));

  /** White space and line terminators of ECMA-262. */
  static final CharacterSet SPACE =
      new CharacterSet(
          List.of(
              new Range(0x09, 0x0D),
              new Range(' ', ' '),
              new Range(0xA0, 0xA0),
              new Range(0x1680, 0x1680),
              new Range(0x2000, 0x200A),
              new Range(0x2028, 0x2029),
              new Range(0x202F, 0x202F),
              new Range(0x205F, 0x205F),
              new Range(0x3000, 0x3000),
              new Range(0xFEFF, 0xFEFF)));

  static final CharacterSet LINE_ENDS =
      new CharacterSet(
          List.of(new Range('\n', '\n'), new Range('\r', '\r'), new Range(0x2028, 0x2029)));

  /** Characters that a JSON string spells with a backslash, and that spelling. */
  private static final String[] ESCAPED = {
    "\"", "\\\"", "\\", "\\\\", "\n", "\\n", "\r", "\\r", "\t", "\\t"
  };

  static CharacterSet of(int first, int last) {
    return new CharacterSet(List.of(new Range(first, last)));
  }

  CharacterSet negated() {
    return new CharacterSet(Expression.noneOf(ranges).ranges());
  }

  CharacterSet plus(CharacterSet other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return new CharacterSet(all);
  }

  private boolean contains(int character) {
    return ranges.stream().anyMatch(r -> r.first() <= character && character <= r.last());
  }

  /**
   * One of these as a string has it. Control characters but new line, return and tab never come.
   */
  Expression inString() {
    List<Expression> options = new ArrayList<>();
    List<Range> plain = new ArrayList<>();
    List<Range> possible = ((Expression.Characters) JsonRules.PLAIN_CHARACTER).ranges();
    for (Range range : ranges) {
      for (Range allowed : possible) {
        int first = Math.max(range.first(), allowed.first());
        int last = Math.min(range.last(), allowed.last());
        if (first <= last) {
          plain.add(new Range(first, last));
        }
      }
    }
    if (!plain.isEmpty()) {
      options.add(new Expression.Characters(plain));
    }
    for (int i = 0; i < ESCAPED.length; i += 2) {
      if (contains(ESCAPED[i].charAt(0))) {
        options.add(Expression.literal(ESCAPED[i + 1]));
      }
    }
    return options.size() == 1 ? options.getFirst() : new Expression.Choice(options);
  }
}
