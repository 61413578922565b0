package io.maque.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A string of the template language: characters, and which of them are input, that is, came from
 * the context rather than from the template. Positions of the language count code points, as Python
 * does; marks and {@code offset}s count UTF-16 units. Equality ignores the origin.
 */
final class Text {
  private static final int[] NONE = {};
  private static final int[] ALL = {0, Integer.MAX_VALUE};
  static final Text EMPTY = new Text("", NONE, false);

  final String value;

  /** Pairs of start and end offsets, ascending and not touching; ends may pass the length. */
  private final int[] marks;

  /** Whether the text is already escaped HTML (Python's {@code Markup}). */
  final boolean markup;

  /** Number of code points; -1 until somebody asks. */
  private int length = -1;

  private Text(String value, int[] marks, boolean markup) {
    this.value = value;
    this.marks = marks;
    this.markup = markup;
  }

  /** Text of the template itself. */
  static Text literal(String value) {
    return value.isEmpty() ? EMPTY : new Text(value, NONE, false);
  }

  /** Text that came from the context. */
  static Text input(String value) {
    return value.isEmpty() ? EMPTY : new Text(value, ALL, false);
  }

  static Text of(String value, boolean input) {
    return input ? input(value) : literal(value);
  }

  static Text marked(String value, int[] marks) {
    return new Text(value, marks, false);
  }

  Text asMarkup(boolean wanted) {
    return wanted == markup ? this : new Text(value, marks, wanted);
  }

  /** Whether any character is input. */
  boolean hasInput() {
    return marks.length > 0;
  }

  /** Another spelling of this text, such as upper case, with the same origin. */
  Text respelled(String other) {
    if (marks == NONE || marks == ALL || other.length() == value.length()) {
      return new Text(other, marks, markup);
    }
    return new Text(other, ALL, markup);
  }

  /** A value computed from this text as a whole: input when any part of it is. */
  Text derived(String other) {
    return new Text(other, hasInput() ? ALL : NONE, markup);
  }

  /** The UTF-16 units from {@code from} to {@code to}. */
  Text cut(int from, int to) {
    if (from == 0 && to == value.length()) {
      return this;
    }
    if (from >= to) {
      return EMPTY.asMarkup(markup);
    }
    return new Text(value.substring(from, to), clip(from, to), markup);
  }

  private int[] clip(int from, int to) {
    if (marks == NONE || marks == ALL) {
      return marks;
    }
    int[] clipped = new int[marks.length];
    int size = 0;
    for (int i = 0; i < marks.length; i += 2) {
      int start = Math.max(marks[i], from);
      int end = Math.min(marks[i + 1], to);
      if (start < end) {
        clipped[size++] = start - from;
        clipped[size++] = end - from;
      }
    }
    return size == 0 ? NONE : Arrays.copyOf(clipped, size);
  }

  /** Calls {@code sink} for the marks between two offsets, shifted so that {@code from} is 0. */
  void copyMarks(int from, int to, TextBuilder sink, int at) {
    for (int i = 0; i < marks.length; i += 2) {
      int start = Math.max(marks[i], from);
      int end = Math.min(marks[i + 1], to);
      if (start < end) {
        sink.mark(start - from + at, end - from + at);
      }
    }
  }

  List<Range> inputRanges() {
    List<Range> ranges = new ArrayList<>(marks.length / 2);
    for (int i = 0; i < marks.length; i += 2) {
      ranges.add(new Range(marks[i], Math.min(marks[i + 1], value.length())));
    }
    return ranges;
  }

  /** Number of code points. */
  int length() {
    if (length < 0) {
      length = value.codePointCount(0, value.length());
    }
    return length;
  }

  /** The UTF-16 offset of a code point index between 0 and {@link #length()}. */
  int offset(int index) {
    return length() == value.length() ? index : value.offsetByCodePoints(0, index);
  }

  /** The code point index of a UTF-16 offset. */
  int index(int offset) {
    return length() == value.length() ? offset : value.codePointCount(0, offset);
  }

  /** The code points from index {@code from} to {@code to}. */
  Text slice(int from, int to) {
    return from >= to ? EMPTY.asMarkup(markup) : cut(offset(from), offset(to));
  }

  /** The single code point at an index. */
  Text at(int index) {
    int start = offset(index);
    return cut(start, start + Character.charCount(value.codePointAt(start)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Text text && text.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
