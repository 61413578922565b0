package io.maque.template;

import java.util.ArrayList;
import java.util.List;

/** The {@code pprint} filter: sorted mappings, one element per line where a line gets too long. */
final class PrettyPrinter {
  private static final int WIDTH = 80;

  private final Budget budget;
  private final TextBuilder out;

  private PrettyPrinter(Budget budget) {
    this.budget = budget;
    this.out = new TextBuilder(budget);
  }

  static Text format(Object value, Budget budget) {
    PrettyPrinter printer = new PrettyPrinter(budget);
    printer.write(value, 0, 0);
    return printer.out.toText();
  }

  private void write(Object value, int indent, int allowance) {
    budget.step();
    Text flat = Printer.repr(sorted(value), budget);
    boolean fits = flat.length() <= WIDTH - indent - allowance;
    if (fits || !(value instanceof Sequence || value instanceof Dict)) {
      out.append(flat);
    } else if (value instanceof Sequence sequence) {
      String close = sequence.tuple ? (sequence.items.length == 1 ? ",)" : ")") : "]";
      out.append(sequence.tuple ? "(" : "[");
      for (int i = 0; i < sequence.items.length; i++) {
        boolean last = i == sequence.items.length - 1;
        separate(i, indent + 1);
        write(sequence.items[i], indent + 1, last ? allowance + close.length() : 1);
      }
      out.append(close);
    } else {
      dict((Dict) value, indent, allowance);
    }
  }

  private void dict(Dict dict, int indent, int allowance) {
    out.append("{");
    List<Dict.Entry> entries = entries(dict);
    for (int i = 0; i < entries.size(); i++) {
      separate(i, indent + 1);
      Text key = Printer.repr(entries.get(i).key(), budget);
      out.append(key).append(": ");
      int column = indent + 1 + key.length() + 2;
      write(entries.get(i).value(), column, i == entries.size() - 1 ? allowance + 1 : 1);
    }
    out.append("}");
  }

  private void separate(int index, int indent) {
    if (index > 0) {
      budget.string(indent);
      out.append(",\n").append(" ".repeat(indent));
    }
  }

  private Object sorted(Object value) {
    if (value instanceof Sequence sequence) {
      Object[] items = new Object[sequence.items.length];
      for (int i = 0; i < items.length; i++) {
        items[i] = sorted(sequence.items[i]);
      }
      return sequence.with(budget, items);
    }
    if (!(value instanceof Dict dict)) {
      return value;
    }
    Dict ordered = new Dict(budget);
    for (Dict.Entry entry : entries(dict)) {
      ordered.put(entry.key(), sorted(entry.value()));
    }
    return ordered;
  }

  /** Entries by key; keys of different types cannot be ordered and stay where they are. */
  private List<Dict.Entry> entries(Dict dict) {
    List<Dict.Entry> entries = new ArrayList<>(dict.entries());
    boolean strings = entries.stream().allMatch(entry -> entry.key() instanceof Text);
    boolean numbers = entries.stream().allMatch(entry -> Numbers.isNumber(entry.key()));
    return strings || numbers ? Sorting.sorted(entries, Dict.Entry::key, false, budget) : entries;
  }
}
