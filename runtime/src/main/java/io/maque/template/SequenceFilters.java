package io.maque.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The filters that take sequences apart or build them. */
final class SequenceFilters {
  private static final Object ABSENT = Arguments.ABSENT;

  private SequenceFilters() {}

  static Object apply(String name, Object value, Arguments arguments, Scope scope) {
    Budget budget = scope.budget();
    return switch (name) {
      case "first" -> first(value, arguments, budget);
      case "last" -> last(value, arguments, budget);
      case "join" -> join(value, arguments, scope);
      case "map" -> map(value, arguments, scope);
      case "select", "reject", "selectattr", "rejectattr" -> select(name, value, arguments, scope);
      case "sort" -> {
        Object[] given = arguments.bind(name, 0, "reverse", "case_sensitive", "attribute");
        Object attributes = Arguments.or(given[2], null);
        UnaryOperator<Object> key = attributeTuple(attributes, isTrue(given[1]), scope);
        List<Object> items = Iteration.toList(value, budget);
        yield Sequence.list(budget, Sorting.sorted(items, key, isTrue(given[0]), budget));
      }
      case "unique" -> unique(value, arguments, scope);
      case "reverse" -> {
        arguments.bind(name, 0);
        yield reverse(value, budget);
      }
      case "min", "max" -> extreme(name, value, arguments, scope);
      case "sum" -> sum(value, arguments, scope);
      case "items" -> {
        arguments.bind(name, 0);
        yield items(value, budget);
      }
      case "dictsort" -> dictSort(value, arguments, budget);
      case "groupby" -> groupBy(value, arguments, scope);
      case "batch" -> batch(value, arguments, budget);
      default -> slice(value, arguments, budget);
    };
  }

  private static boolean isTrue(Object optional) {
    return optional != ABSENT && Types.isTrue(optional);
  }

  private static Object first(Object value, Arguments arguments, Budget budget) {
    arguments.bind("first", 0);
    Iterator<Object> items = Iteration.of(value, budget);
    return items.hasNext() ? items.next() : new Undefined("no first item, sequence was empty");
  }

  private static Object last(Object value, Arguments arguments, Budget budget) {
    arguments.bind("last", 0);
    requireReversible("last", value);
    if (value instanceof Text || value instanceof Sequence || value instanceof IntRange) {
      int size = Iteration.size(value);
      if (size > 0) {
        return value instanceof Text text
            ? text.at(size - 1)
            : value instanceof Sequence items
                ? items.items[size - 1]
                : (Object) ((IntRange) value).at(size - 1);
      }
    }
    List<Object> items = Iteration.toList(value, budget);
    return items.isEmpty() ? new Undefined("no last item, sequence was empty") : items.getLast();
  }

  private static void requireReversible(String filter, Object value) {
    if (value instanceof Generator || Iteration.size(value) < 0 || value instanceof Loop) {
      throw new TemplateException(
          "%s: expected a sequence, found a value of type '%s'"
              .formatted(filter, Types.name(value)));
    }
  }

  private static Object join(Object value, Arguments arguments, Scope scope) {
    Object[] given = arguments.bind("join", 0, "d", "attribute");
    Budget budget = scope.budget();
    List<Object> items = Iteration.toList(value, budget);
    Object attribute = Arguments.or(given[1], null);
    if (attribute != null) {
      items.replaceAll(attributeOf(attribute, null, true, scope));
    }
    Text separator = Printer.str(Arguments.or(given[0], Text.EMPTY), budget);
    return StringMethods.join(separator.asMarkup(false), items, false, budget);
  }

  /**
   * Looks up a path such as {@code "function.name"} or {@code 0}; parts that are digits are
   * indexes.
   */
  private static UnaryOperator<Object> attributeOf(
      Object attribute, Object fallback, boolean caseSensitive, Scope scope) {
    List<Object> path = path(attribute, scope);
    return item -> {
      Object found = item;
      for (Object part : path) {
        scope.budget().step();
        found = Members.item(found, part, scope);
        if (fallback != null && found instanceof Undefined) {
          found = fallback;
        }
      }
      return caseSensitive ? found : folded(found);
    };
  }

  private static List<Object> path(Object attribute, Scope scope) {
    if (attribute == null) {
      return List.of();
    }
    if (!(attribute instanceof Text text)) {
      return Collections.singletonList(attribute);
    }
    List<Object> path = Splitting.by(text, ".", -1, false, scope.budget());
    path.replaceAll(part -> {
      String name = ((Text) part).value;
      return StringTests.apply("isdigit", name) ? Numbers.parseInteger(name, 10) : part;
    });
    return path;
  }

  private static Object folded(Object value) {
    return value instanceof Text text ? text.respelled(text.value.toLowerCase(Locale.ROOT)) : value;
  }

  /**
   * Paths with commas between them, as a list to sort by. It is a list also for a single path:
   * equal keys in lists are never ordered, so that undefined ones sort without an error.
   */
  private static UnaryOperator<Object> attributeTuple(
      Object attributes, boolean caseSensitive, Scope scope) {
    List<Object> paths =
        attributes instanceof Text text
            ? Splitting.by(text, ",", -1, false, scope.budget())
            : Collections.singletonList(attributes);
    List<UnaryOperator<Object>> getters = new ArrayList<>();
    for (Object path : paths) {
      getters.add(attributeOf(path, null, caseSensitive, scope));
    }
    return item -> {
      Object[] keys = new Object[getters.size()];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = getters.get(i).apply(item);
      }
      return Sequence.list(scope.budget(), keys);
    };
  }

  private static Object map(Object value, Arguments arguments, Scope scope) {
    UnaryOperator<Object> change;
    Map<String, Object> named = arguments.named();
    if (arguments.positional().length == 0 && named.containsKey("attribute")) {
      Object[] given = arguments.bind("map", 0, "attribute", "default");
      change = attributeOf(given[0], Arguments.or(given[1], null), true, scope);
    } else if (arguments.positional().length == 0) {
      return new Generator(
          lazyFailure(value, "map: expected the name of a filter or attribute=…", scope));
    } else {
      Text filter = Types.text(arguments.positional()[0], "map");
      Arguments rest = arguments.skip(1);
      change = item -> Filters.apply(filter.value, item, rest, scope);
    }
    if (!Types.isTrue(value)) {
      return new Generator(Collections.emptyIterator());
    }
    return Generator.mapped(Iteration.of(value, scope.budget()), counted(change, scope.budget()));
  }

  private static UnaryOperator<Object> counted(UnaryOperator<Object> change, Budget budget) {
    return item -> {
      budget.step();
      return change.apply(item);
    };
  }

  private static Iterator<Object> lazyFailure(Object value, String message, Scope scope) {
    if (!Types.isTrue(value)) {
      return Collections.emptyIterator();
    }
    throw new TemplateException(message);
  }

  private static Object select(String name, Object value, Arguments arguments, Scope scope) {
    boolean wanted = name.startsWith("select");
    boolean byAttribute = name.endsWith("attr");
    if (!Types.isTrue(value)) {
      return new Generator(Collections.emptyIterator());
    }
    UnaryOperator<Object> subject = UnaryOperator.identity();
    Arguments rest = arguments;
    if (byAttribute) {
      if (rest.positional().length == 0) {
        throw new TemplateException(name + ": expected the name of an attribute");
      }
      subject = attributeOf(rest.positional()[0], null, true, scope);
      rest = rest.skip(1);
    }
    Predicate<Object> test = Types::isTrue;
    if (rest.positional().length > 0) {
      Text testName = Types.text(rest.positional()[0], name);
      Arguments testArguments = rest.skip(1);
      test = item -> Tests.apply(testName.value, item, testArguments, scope);
    }
    UnaryOperator<Object> get = subject;
    Predicate<Object> holds = test;
    return Generator.filtered(
        Iteration.of(value, scope.budget()),
        item -> {
          scope.budget().step();
          return holds.test(get.apply(item)) == wanted;
        });
  }

  private static Object unique(Object value, Arguments arguments, Scope scope) {
    Object[] given = arguments.bind("unique", 0, "case_sensitive", "attribute");
    UnaryOperator<Object> key =
        attributeOf(Arguments.or(given[1], null), null, isTrue(given[0]), scope);
    Set<Object> seen = new HashSet<>();
    return Generator.filtered(
        Iteration.of(value, scope.budget()),
        item -> {
          scope.budget().elements(1);
          return seen.add(Dict.hashable(key.apply(item), scope.budget()));
        });
  }

  private static Object reverse(Object value, Budget budget) {
    if (value instanceof Text text) {
      return Members.slice(text, null, null, -1L, budget);
    }
    List<Object> items = Iteration.toList(value, budget);
    Collections.reverse(items);
    return value instanceof Generator
        ? Sequence.list(budget, items)
        : new Generator(items.iterator());
  }

  private static Object extreme(String name, Object value, Arguments arguments, Scope scope) {
    Object[] given = arguments.bind(name, 0, "case_sensitive", "attribute");
    UnaryOperator<Object> key =
        attributeOf(Arguments.or(given[1], null), null, isTrue(given[0]), scope);
    Budget budget = scope.budget();
    Iterator<Object> items = Iteration.of(value, budget);
    if (!items.hasNext()) {
      return new Undefined("no aggregated item, sequence was empty");
    }
    Object best = items.next();
    Object bestKey = key.apply(best);
    while (items.hasNext()) {
      Object item = items.next();
      Object itemKey = key.apply(item);
      boolean better =
          name.equals("min")
              ? Comparison.less(itemKey, bestKey, "<", budget)
              : Comparison.less(bestKey, itemKey, ">", budget);
      if (better) {
        best = item;
        bestKey = itemKey;
      }
    }
    return best;
  }

  private static Object sum(Object value, Arguments arguments, Scope scope) {
    Object[] given = arguments.bind("sum", 0, "attribute", "start");
    Object attribute = Arguments.or(given[0], null);
    Object total = Arguments.or(given[1], 0L);
    if (total instanceof Text) {
      throw new TemplateException("sum: expected a start that is not a string; use join");
    }
    UnaryOperator<Object> get = attributeOf(attribute, null, true, scope);
    for (Object item : Iteration.toList(value, scope.budget())) {
      total = Arithmetic.add(total, get.apply(item), scope.budget());
    }
    return total;
  }

  private static Object items(Object value, Budget budget) {
    if (value instanceof Undefined) {
      return new Generator(Collections.emptyIterator());
    }
    if (!(value instanceof Dict dict)) {
      throw Types.expected("items", "a mapping", value);
    }
    return new Generator(new DictView(dict, DictView.Kind.ITEMS).iterator(budget));
  }

  private static Object dictSort(Object value, Arguments arguments, Budget budget) {
    Object[] given = arguments.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    Object by = Arguments.or(given[1], Text.literal("key"));
    boolean byKey = by.equals(Text.literal("key"));
    if (!byKey && !by.equals(Text.literal("value"))) {
      throw new TemplateException("dictsort: expected by='key' or by='value'");
    }
    if (!(value instanceof Dict dict)) {
      throw Types.expected("dictsort", "a mapping", value);
    }
    boolean caseSensitive = isTrue(given[0]);
    List<Object> pairs = new DictView(dict, DictView.Kind.ITEMS).list(budget);
    return Sequence.list(
        budget,
        Sorting.sorted(
            pairs,
            pair -> {
              Object key = ((Sequence) pair).items[byKey ? 0 : 1];
              return caseSensitive ? key : folded(key);
            },
            isTrue(given[2]),
            budget));
  }

  private static Object groupBy(Object value, Arguments arguments, Scope scope) {
    Object[] given = arguments.bind("groupby", 1, "attribute", "default", "case_sensitive");
    Budget budget = scope.budget();
    Object fallback = Arguments.or(given[1], null);
    boolean caseSensitive = isTrue(given[2]);
    UnaryOperator<Object> key = attributeOf(given[0], fallback, caseSensitive, scope);
    UnaryOperator<Object> shown = attributeOf(given[0], fallback, true, scope);
    List<Object> sorted = Sorting.sorted(Iteration.toList(value, budget), key, false, budget);
    List<Object> groups = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      Object first = key.apply(sorted.get(start));
      if (i == sorted.size() || !Comparison.equal(first, key.apply(sorted.get(i)), budget)) {
        Sequence members = Sequence.list(budget, sorted.subList(start, i));
        Object grouper = shown.apply(sorted.get(start));
        groups.add(Sequence.named(budget, List.of("grouper", "list"), grouper, members));
        start = i;
      }
    }
    return Sequence.list(budget, groups);
  }

  private static Object batch(Object value, Arguments arguments, Budget budget) {
    Object[] given = arguments.bind("batch", 1, "linecount", "fill_with");
    int size = Types.count(given[0], "batch");
    Object fill = Arguments.or(given[1], null);
    List<Object> items = Iteration.toList(value, budget);
    List<Object> batches = new ArrayList<>();
    List<Object> batch = new ArrayList<>();
    for (Object item : items) {
      if (batch.size() == size) {
        batches.add(Sequence.list(budget, batch));
        batch.clear();
      }
      batch.add(item);
    }
    if (!batch.isEmpty()) {
      budget.elements(fill == null ? 0 : Math.max(0, size - batch.size()));
      while (fill != null && batch.size() < size) {
        batch.add(fill);
      }
      batches.add(Sequence.list(budget, batch));
    }
    return new Generator(batches.iterator());
  }

  private static Object slice(Object value, Arguments arguments, Budget budget) {
    Object[] given = arguments.bind("slice", 1, "slices", "fill_with");
    int count = Types.count(given[0], "slice");
    Object fill = Arguments.or(given[1], null);
    Object[] items = Iteration.toList(value, budget).toArray();
    if (count == 0) {
      throw new TemplateException("slice: expected a number other than 0");
    }
    budget.elements(Math.max(0, count));
    List<Object> slices = new ArrayList<>();
    int longer = Math.floorMod(items.length, count);
    int start = 0;
    for (int i = 0; i < count; i++) {
      int end = start + items.length / count + (i < longer ? 1 : 0);
      Object[] part = Arrays.copyOfRange(items, start, fill != null && i >= longer ? end + 1 : end);
      if (part.length > end - start) {
        part[part.length - 1] = fill;
      }
      slices.add(Sequence.list(budget, part));
      start = end;
    }
    return new Generator(slices.iterator());
  }
}
