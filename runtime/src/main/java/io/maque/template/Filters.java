package io.maque.template;

import java.util.Set;

/** The filters behind {@code |}, by name. */
final class Filters {
  private static final Set<String> NAMES =
      Set.of(
          "abs",
          "attr",
          "batch",
          "capitalize",
          "center",
          "count",
          "d",
          "default",
          "dictsort",
          "e",
          "escape",
          "filesizeformat",
          "first",
          "float",
          "forceescape",
          "format",
          "groupby",
          "indent",
          "int",
          "items",
          "join",
          "last",
          "length",
          "list",
          "lower",
          "map",
          "max",
          "min",
          "pprint",
          "random",
          "reject",
          "rejectattr",
          "replace",
          "reverse",
          "round",
          "safe",
          "select",
          "selectattr",
          "slice",
          "sort",
          "string",
          "striptags",
          "sum",
          "title",
          "tojson",
          "trim",
          "truncate",
          "unique",
          "upper",
          "urlencode",
          "urlize",
          "wordcount",
          "wordwrap",
          "xmlattr");

  private Filters() {}

  static boolean exists(String name) {
    return NAMES.contains(name);
  }

  static Object apply(String name, Object value, Arguments arguments, Scope scope) {
    Budget budget = scope.budget();
    return switch (name) {
      case "default", "d" -> {
        Object[] given = arguments.bind(name, 0, "default_value", "boolean");
        boolean falseToo = Types.isTrue(Arguments.or(given[1], false));
        boolean absent = value instanceof Undefined || falseToo && !Types.isTrue(value);
        yield absent ? Arguments.or(given[0], Text.EMPTY) : value;
      }
      case "tojson" -> Json.dumps(value, arguments, budget);
      case "length", "count" -> {
        arguments.bind(name, 0);
        yield length(value);
      }
      case "string" -> {
        arguments.bind(name, 0);
        yield Printer.str(value, budget);
      }
      case "list" -> {
        arguments.bind(name, 0);
        yield Sequence.list(budget, Iteration.toList(value, budget));
      }
      case "attr" -> attribute(value, arguments, scope);
      case "abs" -> {
        arguments.bind(name, 0);
        yield Arithmetic.absolute(value, budget);
      }
      case "int", "float", "round", "filesizeformat" ->
          NumberFilters.apply(name, value, arguments, budget);
      case "first",
          "last",
          "join",
          "map",
          "select",
          "reject",
          "selectattr",
          "rejectattr",
          "sort",
          "unique",
          "reverse",
          "min",
          "max",
          "sum",
          "items",
          "dictsort",
          "groupby",
          "batch",
          "slice" ->
          SequenceFilters.apply(name, value, arguments, scope);
      default -> TextFilters.apply(name, value, arguments, scope);
    };
  }

  private static Object length(Object value) {
    int size = Iteration.size(value);
    if (size < 0) {
      throw new TemplateException(
          "length: expected a string, a list or a mapping, found a value of type '%s'"
              .formatted(Types.name(value)));
    }
    return (long) size;
  }

  private static Object attribute(Object value, Arguments arguments, Scope scope) {
    Text name = Types.text(arguments.bind("attr", 1, "name")[0], "attr");
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    Object found = Members.find(value, name.value, scope);
    return found == Arguments.ABSENT ? Undefined.member(value, name) : found;
  }
}
