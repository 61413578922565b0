package io.maque.template;

/** Filling a string up to a width. */
final class Padding {
  private Padding() {}

  /** {@code center}, {@code ljust} and {@code rjust}. */
  static Text pad(Text text, int width, Text fill, String how, Budget budget) {
    if (fill.length() != 1) {
      throw new TemplateException(how + ": expected one fill character");
    }
    int missing = width - text.length();
    if (missing <= 0) {
      return text;
    }
    int left =
        switch (how) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    budget.string(missing);
    TextBuilder out = new TextBuilder(budget);
    repeat(fill, left, out);
    out.append(text);
    repeat(fill, missing - left, out);
    return out.toText().asMarkup(text.markup);
  }

  private static void repeat(Text fill, int count, TextBuilder out) {
    for (int i = 0; i < count; i++) {
      out.append(fill);
    }
  }

  static Text zeroFill(Text text, int width, Budget budget) {
    int missing = width - text.length();
    if (missing <= 0) {
      return text;
    }
    budget.string(missing);
    int sign = text.value.startsWith("+") || text.value.startsWith("-") ? 1 : 0;
    return new TextBuilder(budget)
        .append(text, 0, sign)
        .append("0".repeat(missing))
        .append(text, sign, text.value.length())
        .toText();
  }

  static Text expandTabs(Text text, int tabSize, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    int column = 0;
    int copied = 0;
    for (int i = 0; i < text.value.length(); i++) {
      char c = text.value.charAt(i);
      if (c == '\t') {
        int spaces = tabSize > 0 ? tabSize - column % tabSize : 0;
        budget.string(spaces);
        out.append(text, copied, i).append(" ".repeat(spaces), text.hasInput());
        copied = i + 1;
        column += spaces;
      } else {
        column = c == '\n' || c == '\r' ? 0 : column + (Character.isLowSurrogate(c) ? 0 : 1);
      }
    }
    return out.append(text, copied, text.value.length()).toText();
  }
}
