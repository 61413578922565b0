package io.maque.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Python's {@code json.dumps}, which the {@code tojson} filter of chat templates is. */
final class Json {
  private final TextBuilder out;
  private final Budget budget;
  private final boolean ascii;
  private final Text indent;
  private final Text itemSeparator;
  private final Text keySeparator;
  private final boolean sortKeys;

  private Json(
      Budget budget,
      boolean ascii,
      Text indent,
      Text itemSeparator,
      Text keySeparator,
      boolean sortKeys) {
    this.out = new TextBuilder(budget);
    this.budget = budget;
    this.ascii = ascii;
    this.indent = indent;
    this.itemSeparator = itemSeparator;
    this.keySeparator = keySeparator;
    this.sortKeys = sortKeys;
  }

  /** {@code tojson(ensure_ascii=False, indent=None, separators=None, sort_keys=False)}. */
  static Text dumps(Object value, Arguments arguments, Budget budget) {
    Object[] given =
        arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
    Text indent = indentation(Arguments.or(given[1], null), budget);
    Object separators = Arguments.or(given[2], null);
    Text item = Text.literal(indent == null ? ", " : ",");
    Text key = Text.literal(": ");
    if (separators != null) {
      List<Object> pair = Iteration.toList(separators, budget);
      if (pair.size() != 2) {
        throw new TemplateException("tojson: separators: expected 2, found " + pair.size());
      }
      item = Types.text(pair.get(0), "tojson separators");
      key = Types.text(pair.get(1), "tojson separators");
    }
    boolean ascii = Types.isTrue(Arguments.or(given[0], false));
    boolean sortKeys = Types.isTrue(Arguments.or(given[3], false));
    Json json = new Json(budget, ascii, indent, item, key, sortKeys);
    json.write(value, 1);
    return json.out.toText();
  }

  private static Text indentation(Object indent, Budget budget) {
    if (indent == null || indent instanceof Text) {
      return (Text) indent;
    }
    int width = Math.max(0, Types.count(indent, "tojson indent"));
    budget.string(width);
    return Text.literal(" ".repeat(width));
  }

  private void write(Object value, int level) {
    budget.step();
    if (value instanceof Text text) {
      string(text);
    } else if (value instanceof Sequence sequence) {
      list(sequence, level);
    } else if (value instanceof Dict dict) {
      object(dict, level);
    } else if (value == null || Numbers.isNumber(value)) {
      out.append(scalar(value));
    } else {
      throw Types.expected("tojson", "a value that JSON can express", value);
    }
  }

  private static String scalar(Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof Boolean flag) {
      return flag ? "true" : "false";
    }
    if (value instanceof Double number) {
      if (number.isNaN()) {
        return "NaN";
      }
      return number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : Floats.repr(number);
    }
    return Numbers.repr(value);
  }

  private void list(Sequence sequence, int level) {
    if (sequence.items.length == 0) {
      out.append("[]");
      return;
    }
    out.append("[");
    for (int i = 0; i < sequence.items.length; i++) {
      separate(i, level);
      write(sequence.items[i], level + 1);
    }
    newLine(level - 1);
    out.append("]");
  }

  private void object(Dict dict, int level) {
    if (dict.size() == 0) {
      out.append("{}");
      return;
    }
    out.append("{");
    int count = 0;
    for (Dict.Entry entry : ordered(dict)) {
      separate(count++, level);
      Object key = entry.key();
      if (key instanceof Text text) {
        string(text);
      } else if (key == null || Numbers.isNumber(key)) {
        string(Text.literal(scalar(key)));
      } else {
        throw Types.expected("tojson", "a key that JSON can express", key);
      }
      out.append(keySeparator);
      write(entry.value(), level + 1);
    }
    newLine(level - 1);
    out.append("}");
  }

  private Collection<Dict.Entry> ordered(Dict dict) {
    if (!sortKeys) {
      return dict.entries();
    }
    List<Dict.Entry> sorted = new ArrayList<>(dict.entries());
    return Sorting.sorted(sorted, Dict.Entry::key, false, budget);
  }

  private void separate(int index, int level) {
    if (index > 0) {
      out.append(itemSeparator);
    }
    newLine(level);
  }

  private void newLine(int level) {
    if (indent != null) {
      out.append("\n");
      for (int i = 0; i < level; i++) {
        out.append(indent);
      }
    }
  }

  private void string(Text text) {
    String value = text.value;
    out.append("\"");
    int copied = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || (ascii && c >= 0x7f)) {
        out.append(text, copied, i).append(escape(c), text.hasInput());
        copied = i + 1;
      }
    }
    out.append(text, copied, value.length()).append("\"");
  }

  private static String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\f' -> "\\f";
      case '\b' -> "\\b";
      default -> "\\u" + Printer.hex(c, 4);
    };
  }
}
