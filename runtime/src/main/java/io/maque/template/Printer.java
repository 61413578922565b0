package io.maque.template;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Python's {@code str(value)} and {@code repr(value)}. */
final class Printer {
  private Printer() {}

  /** What {@code {{ value }}} prints. */
  static Text str(Object value, Budget budget) {
    if (value instanceof Text text) {
      return text;
    }
    if (value instanceof Undefined) {
      return Text.EMPTY;
    }
    if (value == null || Numbers.isNumber(value)) {
      return Text.literal(scalar(value));
    }
    return repr(value, budget);
  }

  static Text repr(Object value, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    repr(value, out, budget);
    return out.toText();
  }

  /** Writes {@code repr(value)}; the nesting of values is bounded where they are made. */
  static void repr(Object value, TextBuilder out, Budget budget) {
    budget.step();
    if (value instanceof Text text) {
      repr(text, out);
    } else if (value == null || Numbers.isNumber(value)) {
      out.append(scalar(value));
    } else if (value instanceof Sequence sequence) {
      items(
          sequence.tuple ? "(" : "[",
          Arrays.asList(sequence.items),
          sequence.tuple ? (sequence.items.length == 1 ? ",)" : ")") : "]",
          out,
          budget);
    } else if (value instanceof Dict dict) {
      repr(dict, out, budget);
    } else if (value instanceof DictView view) {
      items(view.kind().typeName + "([", view.list(budget), "])", out, budget);
    } else if (value instanceof IntRange range) {
      String step = range.step() == 1 ? "" : ", " + range.step();
      out.append("range(" + range.start() + ", " + range.stop() + step + ")");
    } else if (value instanceof Undefined) {
      out.append("Undefined");
    } else if (value instanceof Namespace namespace) {
      repr(namespace, out, budget);
    } else if (value instanceof Callable callable) {
      out.append(callable.description());
    } else {
      out.append("<" + Types.name(value) + " object>");
    }
  }

  static String scalar(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    return value instanceof Double number ? Floats.repr(number) : Numbers.repr(value);
  }

  private static void items(
      String open, List<Object> items, String close, TextBuilder out, Budget budget) {
    out.append(open);
    String separator = "";
    for (Object item : items) {
      out.append(separator);
      repr(item, out, budget);
      separator = ", ";
    }
    out.append(close);
  }

  private static void repr(Dict dict, TextBuilder out, Budget budget) {
    out.append("{");
    String separator = "";
    for (Dict.Entry entry : dict.entries()) {
      out.append(separator);
      repr(entry.key(), out, budget);
      out.append(": ");
      repr(entry.value(), out, budget);
      separator = ", ";
    }
    out.append("}");
  }

  /** A namespace may hold itself, so its printing counts as recursion. */
  private static void repr(Namespace namespace, TextBuilder out, Budget budget) {
    budget.enter();
    out.append("<Namespace {");
    String separator = "";
    for (Map.Entry<String, Object> entry : namespace.attributes().entrySet()) {
      out.append(separator);
      repr(Text.literal(entry.getKey()), out);
      out.append(": ");
      repr(entry.getValue(), out, budget);
      separator = ", ";
    }
    out.append("}>");
    budget.leave();
  }

  private static void repr(Text text, TextBuilder out) {
    String value = text.value;
    boolean useDouble = value.indexOf('\'') >= 0 && value.indexOf('"') < 0;
    char quote = useDouble ? '"' : '\'';
    out.append(text.markup ? "Markup(" + quote : String.valueOf(quote));
    int copied = 0;
    int i = 0;
    while (i < value.length()) {
      int c = value.codePointAt(i);
      int next = i + Character.charCount(c);
      String escape = escape(c, quote);
      if (escape != null) {
        out.append(text, copied, i).append(escape, text.hasInput());
        copied = next;
      }
      i = next;
    }
    out.append(text, copied, value.length()).append(text.markup ? quote + ")" : "" + quote);
  }

  /** How {@code repr} writes a character that it does not show as it is; null for the others. */
  private static String escape(int c, char quote) {
    if (c == quote || c == '\\') {
      return "\\" + (char) c;
    }
    if (c >= ' ' && c < 0x7f || Characters.isPrintable(c)) {
      return null;
    }
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          c < 0x100 ? "\\x" + hex(c, 2) : c < 0x10000 ? "\\u" + hex(c, 4) : "\\U" + hex(c, 8);
    };
  }

  static String hex(int value, int digits) {
    String hex = Integer.toHexString(value);
    return "0".repeat(digits - hex.length()) + hex;
  }
}
