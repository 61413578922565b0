package io.maque.template;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

/** The functions that every template has. */
enum Globals implements Callable {
  RANGE("range") {
    @Override
    public Object call(Scope scope, Arguments arguments) {
      Object[] bounds = arguments.positionalOnly("range", 1, 3);
      boolean single = bounds[1] == Arguments.ABSENT;
      long start = single ? 0 : Numbers.clippedIndex(bounds[0], "range");
      long stop = Numbers.clippedIndex(single ? bounds[0] : bounds[1], "range");
      long step = Numbers.clippedIndex(Arguments.or(bounds[2], 1L), "range");
      if (step == 0) {
        throw new TemplateException("range: expected a step other than 0");
      }
      double length = Math.ceil(((double) stop - start) / step);
      if (length > IntRange.MAX_LENGTH) {
        throw new TemplateException(
            "range: expected at most %d numbers".formatted(IntRange.MAX_LENGTH));
      }
      return new IntRange(start, stop, step);
    }
  },

  DICT("dict") {
    @Override
    public Object call(Scope scope, Arguments arguments) {
      Object source = new Arguments(arguments.positional(), Map.of()).bind("dict", 0, "from")[0];
      Dict dict = new Dict(scope.budget());
      if (source instanceof Dict other) {
        dict.putAll(other);
      } else if (source != Arguments.ABSENT) {
        for (Object pair : Iteration.toList(source, scope.budget())) {
          List<Object> parts = Iteration.toList(pair, scope.budget());
          if (parts.size() != 2) {
            throw new TemplateException("dict: expected pairs, found " + parts.size() + " values");
          }
          dict.put(parts.get(0), parts.get(1));
        }
      }
      for (Map.Entry<String, Object> entry : arguments.named().entrySet()) {
        dict.put(Text.literal(entry.getKey()), entry.getValue());
      }
      return dict;
    }
  },

  NAMESPACE("namespace") {
    @Override
    public Object call(Scope scope, Arguments arguments) {
      Namespace namespace = new Namespace();
      for (Dict.Entry entry : ((Dict) DICT.call(scope, arguments)).entries()) {
        String name = Types.text(entry.key(), "namespace").value;
        namespace.set(name, entry.value(), scope.budget());
      }
      return namespace;
    }
  },

  CYCLER("cycler") {
    @Override
    public Object call(Scope scope, Arguments arguments) {
      if (arguments.positional().length == 0 || !arguments.named().isEmpty()) {
        throw new TemplateException("cycler: expected at least one item");
      }
      return new Cycler(arguments.positional());
    }
  },

  JOINER("joiner") {
    @Override
    public Object call(Scope scope, Arguments arguments) {
      return new Joiner(Arguments.or(arguments.bind("joiner", 0, "sep")[0], Text.literal(", ")));
    }
  },

  RAISE_EXCEPTION("raise_exception") {
    @Override
    public Object call(Scope scope, Arguments arguments) {
      Object message = arguments.bind("raise_exception", 1, "message")[0];
      throw TemplateException.raised(Printer.str(message, scope.budget()).value);
    }
  },

  STRFTIME_NOW("strftime_now") {
    @Override
    public Object call(Scope scope, Arguments arguments) {
      Text format = Types.text(arguments.bind("strftime_now", 1, "format")[0], "strftime_now");
      String shown =
          Strftime.format(format.value, ZonedDateTime.now(scope.rendering().options().clock()));
      return format.derived(shown);
    }
  },

  LIPSUM("lipsum") {
    @Override
    public Object call(Scope scope, Arguments arguments) {
      throw new TemplateException("lipsum: templates here are deterministic");
    }
  };

  private final String pythonName;

  Globals(String pythonName) {
    this.pythonName = pythonName;
  }

  @Override
  public String description() {
    return "<function " + pythonName + ">";
  }

  /** The global of a name, or null. */
  static Globals find(String name) {
    return switch (name) {
      case "range" -> RANGE;
      case "dict" -> DICT;
      case "namespace" -> NAMESPACE;
      case "cycler" -> CYCLER;
      case "joiner" -> JOINER;
      case "raise_exception" -> RAISE_EXCEPTION;
      case "strftime_now" -> STRFTIME_NOW;
      case "lipsum" -> LIPSUM;
      default -> null;
    };
  }

  /** The attributes that functions, macros and cyclers show. */
  static Object attribute(Callable owner, String name) {
    if (owner instanceof Cycler cycler) {
      return cycler.attribute(name);
    }
    if (owner instanceof Macro macro && name.equals("name")) {
      String macroName = macro.definition().name();
      return macroName == null ? null : Text.literal(macroName);
    }
    return owner == DICT && name.equals("fromkeys") ? new Method(owner, name) : Arguments.ABSENT;
  }

  /** Gives its items in turn: {@code next()}, {@code current}, {@code reset()}. */
  static final class Cycler implements Callable {
    private final Object[] items;
    private int position;

    Cycler(Object[] items) {
      this.items = items;
    }

    Object attribute(String name) {
      return switch (name) {
        case "current" -> items[position];
        case "next", "reset" -> new Method(this, name);
        default -> Arguments.ABSENT;
      };
    }

    Object next() {
      Object item = items[position];
      position = (position + 1) % items.length;
      return item;
    }

    Object reset() {
      position = 0;
      return null;
    }

    @Override
    public Object call(Scope scope, Arguments arguments) {
      throw new TemplateException("cycler: expected a call of next() or reset()");
    }

    @Override
    public String description() {
      return "<Cycler object>";
    }
  }

  /** Empty when called first, its separator afterwards. */
  static final class Joiner implements Callable {
    private final Object separator;
    private boolean used;

    Joiner(Object separator) {
      this.separator = separator;
    }

    @Override
    public Object call(Scope scope, Arguments arguments) {
      arguments.bind("joiner", 0);
      Object result = used ? separator : Text.EMPTY;
      used = true;
      return result;
    }

    @Override
    public String description() {
      return "<Joiner object>";
    }
  }
}
