package io.maque.template;

import java.util.Set;

/**
 * {@code value.name} and {@code value[key]}, with jinja2's order: the dot looks for an attribute
 * first and for an element second, the brackets the other way round. Attributes that would change a
 * value or reveal the machine below the language are undefined.
 */
final class Members {
  private static final Set<String> CHANGES_DICT =
      Set.of("clear", "pop", "popitem", "setdefault", "update");
  private static final Set<String> CHANGES_LIST =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
  private static final Set<String> REFLECTION =
      Set.of(
          "__class__",
          "__delattr__",
          "__dir__",
          "__doc__",
          "__eq__",
          "__format__",
          "__ge__",
          "__getattribute__",
          "__getstate__",
          "__gt__",
          "__hash__",
          "__init__",
          "__init_subclass__",
          "__le__",
          "__lt__",
          "__ne__",
          "__new__",
          "__reduce__",
          "__reduce_ex__",
          "__repr__",
          "__setattr__",
          "__sizeof__",
          "__str__",
          "__subclasshook__");

  private Members() {}

  /** {@code owner.name}. */
  static Object attribute(Object owner, String name, Scope scope) {
    if (owner instanceof Undefined undefined && !REFLECTION.contains(name)) {
      throw undefined.failure();
    }
    Object attribute = find(owner, name, scope);
    if (attribute != Arguments.ABSENT) {
      return attribute;
    }
    Dict.Entry entry = owner instanceof Dict dict ? dict.find(name) : null;
    return entry == null ? Undefined.member(owner, Text.literal(name)) : entry.value();
  }

  /** {@code owner[key]}. */
  static Object item(Object owner, Object key, Scope scope) {
    if (owner instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (owner instanceof Dict dict) {
      Dict.Entry entry = Dict.isHashable(key) ? dict.find(key) : null;
      if (entry != null) {
        return entry.value();
      }
    } else if (Numbers.isInteger(key)) {
      return element(owner, key, scope.budget());
    }
    Object attribute = key instanceof Text name ? find(owner, name.value, scope) : Arguments.ABSENT;
    return attribute == Arguments.ABSENT ? Undefined.member(owner, key) : attribute;
  }

  private static Object element(Object owner, Object key, Budget budget) {
    boolean indexed =
        owner instanceof Sequence || owner instanceof Text || owner instanceof IntRange;
    int size = indexed ? Iteration.size(owner) : 0;
    long index = Numbers.clippedIndex(key, "index");
    long at = index < 0 ? index + size : index;
    if (at < 0 || at >= size) {
      return Undefined.member(owner, key);
    }
    if (owner instanceof Sequence sequence) {
      return sequence.items[(int) at];
    }
    if (owner instanceof Text text) {
      if (text.length() != text.value.length()) {
        budget.work(at);
      }
      return text.at((int) at);
    }
    return ((IntRange) owner).at((int) at);
  }

  /** The attribute, an undefined value when the sandbox hides it, or ABSENT. */
  static Object find(Object owner, String name, Scope scope) {
    if (name.startsWith("__") && REFLECTION.contains(name)) {
      return Undefined.unsafe(owner, name);
    }
    if (owner instanceof Text) {
      return StringMethods.NAMES.contains(name) ? new Method(owner, name) : Arguments.ABSENT;
    }
    if (owner instanceof Dict) {
      if (CHANGES_DICT.contains(name)) {
        return Undefined.unsafe(owner, name);
      }
      return ContainerMethods.OF_DICT.contains(name) ? new Method(owner, name) : Arguments.ABSENT;
    }
    if (owner instanceof Sequence sequence) {
      return ofSequence(sequence, name);
    }
    if (owner instanceof Namespace namespace) {
      return namespace.attributes().getOrDefault(name, Arguments.ABSENT);
    }
    if (owner instanceof Loop loop) {
      return loop.attribute(name, scope);
    }
    if (owner instanceof IntRange range) {
      return switch (name) {
        case "start" -> range.start();
        case "stop" -> range.stop();
        case "step" -> range.step();
        case "count", "index" -> new Method(owner, name);
        default -> Arguments.ABSENT;
      };
    }
    if (owner instanceof Callable callable) {
      return Globals.attribute(callable, name);
    }
    return Numbers.isNumber(owner) ? ofNumber(owner, name) : Arguments.ABSENT;
  }

  private static Object ofSequence(Sequence sequence, String name) {
    int field = sequence.fields.indexOf(name);
    if (field >= 0) {
      return sequence.items[field];
    }
    if (name.equals("count") || name.equals("index") || name.equals("copy") && !sequence.tuple) {
      return new Method(sequence, name);
    }
    return !sequence.tuple && CHANGES_LIST.contains(name)
        ? Undefined.unsafe(sequence, name)
        : Arguments.ABSENT;
  }

  private static Object ofNumber(Object number, String name) {
    return switch (name) {
      case "real" -> number instanceof Double ? number : Arithmetic.positive(number);
      case "imag" -> number instanceof Double ? (Object) 0.0 : (Object) 0L;
      case "numerator" -> number instanceof Double ? Arguments.ABSENT : Arithmetic.positive(number);
      case "denominator" -> number instanceof Double ? Arguments.ABSENT : (Object) 1L;
      case "is_integer" -> number instanceof Double ? new Method(number, name) : Arguments.ABSENT;
      case "bit_length", "bit_count" ->
          number instanceof Double ? Arguments.ABSENT : new Method(number, name);
      case "conjugate" -> new Method(number, name);
      default -> Arguments.ABSENT;
    };
  }

  /** {@code owner[start:stop:step]}. */
  static Object slice(Object owner, Object start, Object stop, Object step, Budget budget) {
    int size = owner instanceof Dict || owner instanceof DictView ? -1 : Iteration.size(owner);
    if (size < 0 || owner instanceof Undefined || owner instanceof Loop) {
      throw Types.expected("[:]", "a string or a list", owner);
    }
    SliceBounds bounds = SliceBounds.of(start, stop, step, size);
    if (owner instanceof Text text) {
      return slice(text, bounds, budget);
    }
    if (owner instanceof IntRange range) {
      return range.slice(bounds);
    }
    Sequence sequence = (Sequence) owner;
    Object[] items = new Object[bounds.size()];
    for (int i = 0; i < items.length; i++) {
      items[i] = sequence.items[bounds.at(i)];
    }
    budget.work(items.length);
    return sequence.with(budget, items);
  }

  private static Text slice(Text text, SliceBounds bounds, Budget budget) {
    if (bounds.step() == 1) {
      Text part = text.slice((int) bounds.start(), (int) bounds.stop());
      budget.string(part.value.length());
      return part;
    }
    int[] offsets = new int[text.length() + 1];
    for (int i = 0; i < text.length(); i++) {
      offsets[i + 1] = offsets[i] + Character.charCount(text.value.codePointAt(offsets[i]));
    }
    TextBuilder out = new TextBuilder(budget);
    for (int i = 0; i < bounds.size(); i++) {
      out.append(text, offsets[bounds.at(i)], offsets[bounds.at(i) + 1]);
    }
    budget.work(text.value.length());
    return out.toText().asMarkup(text.markup);
  }
}
