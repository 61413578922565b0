package io.maque.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a rule of a grammar is written in: regular expressions over characters, and other rules. */
public sealed interface Expression {
  /** The most repetitions of a {@link Repeat} that has no bound. */
  int UNBOUNDED = Integer.MAX_VALUE;

  /** The empty text. */
  Expression EMPTY = new Sequence(List.of());

  /** Exactly this text, in UTF-8. */
  record Literal(String text) implements Expression {}

  /** One character of any of these ranges. */
  record Characters(List<Range> ranges) implements Expression {
    public Characters {
      ranges = List.copyOf(ranges);
    }
  }

  /** Code points from {@code first} to {@code last}, both included; surrogates are left out. */
  record Range(int first, int last) {
    public Range {
      if (first < 0 || first > last || last > Character.MAX_CODE_POINT) {
        throw new IllegalArgumentException(
            "range: expected code points in order, found %X to %X".formatted(first, last));
      }
    }
  }

  /** All parts, one after the other. */
  record Sequence(List<Expression> parts) implements Expression {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /** Any one of the options. */
  record Choice(List<Expression> options) implements Expression {
    public Choice {
      options = List.copyOf(options);
    }
  }

  /** The item {@code min} to {@code max} times. */
  record Repeat(Expression item, int min, int max) implements Expression {
    public Repeat {
      if (min < 0 || max < min) {
        throw new IllegalArgumentException(
            "repeat: expected bounds in order, found %d to %d".formatted(min, max));
      }
    }
  }

  /** What both match; neither may call rules. */
  record Both(Expression left, Expression right) implements Expression {}

  /** What the rule of this name says. */
  record Reference(String rule) implements Expression {}

  static Expression literal(String text) {
    return new Literal(text);
  }

  static Expression sequence(Expression... parts) {
    return new Sequence(Arrays.asList(parts));
  }

  static Expression choice(Expression... options) {
    return new Choice(Arrays.asList(options));
  }

  static Expression optional(Expression item) {
    return new Repeat(item, 0, 1);
  }

  static Expression any(Expression item) {
    return new Repeat(item, 0, UNBOUNDED);
  }

  static Expression repeat(Expression item, int min, int max) {
    return new Repeat(item, min, max);
  }

  static Expression reference(String rule) {
    return new Reference(rule);
  }

  /** One character from {@code first} to {@code last}. */
  static Expression range(int first, int last) {
    return new Characters(List.of(new Range(first, last)));
  }

  /** One of the characters of {@code text}. */
  static Expression oneOf(String text) {
    return new Characters(text.codePoints().mapToObj(c -> new Range(c, c)).toList());
  }

  /** One character that is none of these. */
  static Characters noneOf(List<Range> ranges) {
    List<Range> sorted =
        ranges.stream().sorted((a, b) -> Integer.compare(a.first(), b.first())).toList();
    List<Range> rest = new ArrayList<>();
    int from = 0;
    for (Range range : sorted) {
      if (range.first() > from) {
        rest.add(new Range(from, range.first() - 1));
      }
      from = Math.max(from, range.last() + 1);
    }
    if (from <= Character.MAX_CODE_POINT) {
      rest.add(new Range(from, Character.MAX_CODE_POINT));
    }
    return new Characters(rest);
  }
}
