package io.maque.template;

import java.util.Set;

/** The methods of lists, tuples, mappings, numbers and the helpers of templates. */
final class ContainerMethods {
  static final Set<String> OF_DICT = Set.of("keys", "values", "items", "get", "copy", "fromkeys");

  private ContainerMethods() {}

  static Object call(Object receiver, String name, Arguments arguments, Scope scope) {
    if (receiver instanceof Dict dict) {
      return ofDict(dict, name, arguments, scope);
    }
    if (receiver instanceof Sequence || receiver instanceof IntRange) {
      return ofSequence(receiver, name, arguments, scope.budget());
    }
    if (receiver instanceof Loop loop) {
      return name.equals("cycle") ? loop.cycle(arguments) : (Object) loop.changed(arguments);
    }
    if (receiver instanceof Globals.Cycler cycler) {
      arguments.bind(name, 0);
      return name.equals("next") ? cycler.next() : cycler.reset();
    }
    if (receiver == Globals.DICT) {
      return fromKeys(arguments, scope.budget());
    }
    arguments.bind(name, 0);
    return ofNumber(receiver, name);
  }

  private static Object ofDict(Dict dict, String name, Arguments arguments, Scope scope) {
    switch (name) {
      case "get" -> {
        Object[] given = arguments.positionalOnly(name, 1, 2);
        Dict.Entry entry = dict.find(given[0]);
        return entry == null ? Arguments.or(given[1], null) : entry.value();
      }
      case "fromkeys" -> {
        return fromKeys(arguments, scope.budget());
      }
      default -> arguments.bind(name, 0);
    }
    return switch (name) {
      case "keys" -> new DictView(dict, DictView.Kind.KEYS);
      case "values" -> new DictView(dict, DictView.Kind.VALUES);
      case "items" -> new DictView(dict, DictView.Kind.ITEMS);
      default -> dict;
    };
  }

  private static Dict fromKeys(Arguments arguments, Budget budget) {
    Object[] given = arguments.positionalOnly("fromkeys", 1, 2);
    Dict dict = new Dict(budget);
    for (Object key : Iteration.toList(given[0], budget)) {
      dict.put(key, Arguments.or(given[1], null));
    }
    return dict;
  }

  private static Object ofSequence(
      Object sequence, String name, Arguments arguments, Budget budget) {
    if (name.equals("copy")) {
      arguments.bind(name, 0);
      return sequence;
    }
    Object[] given = arguments.positionalOnly(name, 1, name.equals("index") ? 3 : 1);
    int size = Iteration.size(sequence);
    SliceBounds bounds =
        given.length == 1
            ? new SliceBounds(0, size, 1)
            : SliceBounds.of(
                Arguments.or(given[1], null), Arguments.or(given[2], null), null, size);
    long count = 0;
    for (int i = (int) bounds.start(); i < bounds.stop(); i++) {
      Object item =
          sequence instanceof Sequence items ? items.items[i] : ((IntRange) sequence).at(i);
      if (Comparison.equal(item, given[0], budget)) {
        if (name.equals("index")) {
          return (long) i;
        }
        count++;
      }
    }
    if (name.equals("index")) {
      throw new TemplateException("index: expected a value of the list, found another");
    }
    return count;
  }

  private static Object ofNumber(Object number, String name) {
    return switch (name) {
      case "is_integer" -> {
        double value = (Double) number;
        yield value == Math.rint(value) && !Double.isInfinite(value);
      }
      case "bit_length" -> (long) Numbers.big(number).abs().bitLength();
      case "bit_count" -> (long) Numbers.big(number).abs().bitCount();
      default -> number instanceof Double ? number : Arithmetic.positive(number);
    };
  }
}
