package io.maque.template;

import java.util.Arrays;

/** Builds a {@link Text} piece by piece, keeping the origin of each piece. */
final class TextBuilder {
  private final StringBuilder chars = new StringBuilder();
  private final Budget budget;
  private final int maxChars;
  private int[] marks = {};
  private int markCount;

  /** A string of the language. */
  TextBuilder(Budget budget) {
    this(budget, budget.limits().maxStringChars());
  }

  TextBuilder(Budget budget, int maxChars) {
    this.budget = budget;
    this.maxChars = maxChars;
  }

  int length() {
    return chars.length();
  }

  TextBuilder append(Text text) {
    return append(text, 0, text.value.length());
  }

  /** Appends the UTF-16 units {@code from} to {@code to} of a text. */
  TextBuilder append(Text text, int from, int to) {
    grow(to - from);
    if (text.hasInput()) {
      text.copyMarks(from, to, this, chars.length());
    }
    chars.append(text.value, from, to);
    return this;
  }

  TextBuilder append(String piece, boolean input) {
    grow(piece.length());
    if (input) {
      mark(chars.length(), chars.length() + piece.length());
    }
    chars.append(piece);
    return this;
  }

  /** Appends text of the template. */
  TextBuilder append(String piece) {
    return append(piece, false);
  }

  TextBuilder append(char piece, boolean input) {
    grow(1);
    if (input) {
      mark(chars.length(), chars.length() + 1);
    }
    chars.append(piece);
    return this;
  }

  private void grow(int added) {
    if (added > maxChars - chars.length()) {
      throw budget.exceeded("text longer than " + maxChars + " characters");
    }
    budget.string(added);
  }

  /** Marks offsets as input; offsets only ever ascend. */
  void mark(int start, int end) {
    if (start == end) {
      return;
    }
    if (markCount > 0 && marks[markCount - 1] == start) {
      marks[markCount - 1] = end;
      return;
    }
    if (markCount == marks.length) {
      marks = Arrays.copyOf(marks, Math.max(8, markCount * 2));
    }
    marks[markCount++] = start;
    marks[markCount++] = end;
  }

  Text toText() {
    if (chars.isEmpty()) {
      return Text.EMPTY;
    }
    return markCount == 0
        ? Text.literal(chars.toString())
        : Text.marked(chars.toString(), Arrays.copyOf(marks, markCount));
  }
}
