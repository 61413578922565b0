package io.maque.template;

import java.util.List;
import java.util.Set;

/** Python's methods of {@code str}; each keeps track of which characters are input. */
final class StringMethods {
  static final Set<String> NAMES =
      Set.of(
          "capitalize",
          "casefold",
          "center",
          "count",
          "endswith",
          "expandtabs",
          "find",
          "format",
          "format_map",
          "index",
          "isalnum",
          "isalpha",
          "isascii",
          "isdecimal",
          "isdigit",
          "isidentifier",
          "islower",
          "isnumeric",
          "isprintable",
          "isspace",
          "istitle",
          "isupper",
          "join",
          "ljust",
          "lower",
          "lstrip",
          "partition",
          "removeprefix",
          "removesuffix",
          "replace",
          "rfind",
          "rindex",
          "rjust",
          "rpartition",
          "rsplit",
          "rstrip",
          "split",
          "splitlines",
          "startswith",
          "strip",
          "swapcase",
          "title",
          "translate",
          "upper",
          "zfill");

  private StringMethods() {}

  static Object call(Text text, String name, Arguments arguments, Scope scope) {
    Budget budget = scope.budget();
    budget.work(text.value.length());
    return switch (name) {
      case "strip", "lstrip", "rstrip" -> strip(text, name, arguments);
      case "split", "rsplit" -> split(text, name, arguments, budget);
      case "splitlines" -> {
        Object keep = arguments.bind(name, 0, "keepends")[0];
        boolean keepEnds = Types.isTrue(Arguments.or(keep, false));
        yield Sequence.list(budget, Splitting.lines(text, keepEnds, budget));
      }
      case "startswith", "endswith" -> hasAffix(text, name, arguments, budget);
      case "find", "rfind", "index", "rindex", "count" -> search(text, name, arguments, budget);
      case "partition", "rpartition" -> partition(text, name, arguments, budget);
      case "replace" -> {
        Object[] given = arguments.positionalOnly(name, 2, 3);
        yield replace(
            text,
            Types.text(given[0], name),
            Types.text(given[1], name),
            Types.count(Arguments.or(given[2], -1L), name),
            budget);
      }
      case "join" -> {
        Object items = arguments.positionalOnly(name, 1, 1)[0];
        yield join(text, Iteration.toList(items, budget), true, budget);
      }
      case "removeprefix" -> {
        Text prefix = Types.text(arguments.positionalOnly(name, 1, 1)[0], name);
        boolean there = text.value.startsWith(prefix.value);
        yield there ? text.cut(prefix.value.length(), text.value.length()) : text;
      }
      case "removesuffix" -> {
        Text suffix = Types.text(arguments.positionalOnly(name, 1, 1)[0], name);
        boolean there = text.value.endsWith(suffix.value);
        yield there ? text.cut(0, text.value.length() - suffix.value.length()) : text;
      }
      case "center", "ljust", "rjust" -> {
        Object[] given = arguments.positionalOnly(name, 1, 2);
        Text fill = Types.text(Arguments.or(given[1], Text.literal(" ")), name);
        yield Padding.pad(text, Types.count(given[0], name), fill, name, budget);
      }
      case "zfill" -> {
        Object width = arguments.positionalOnly(name, 1, 1)[0];
        yield Padding.zeroFill(text, Types.count(width, name), budget);
      }
      case "expandtabs" -> {
        Object size = Arguments.or(arguments.bind(name, 0, "tabsize")[0], 8L);
        yield Padding.expandTabs(text, Types.count(size, name), budget);
      }
      case "format" -> BraceFormat.format(text, arguments, scope);
      case "format_map" -> BraceFormat.formatMap(text, arguments, scope);
      case "translate" -> translate(text, arguments.positionalOnly(name, 1, 1)[0], scope);
      case "lower", "upper", "title", "capitalize", "casefold", "swapcase" -> {
        arguments.positionalOnly(name, 0, 0);
        yield LetterCase.apply(name, text);
      }
      default -> {
        arguments.positionalOnly(name, 0, 0);
        yield StringTests.apply(name, text.value);
      }
    };
  }

  private static Text strip(Text text, String name, Arguments arguments) {
    Object chars = Arguments.or(arguments.positionalOnly(name, 0, 1)[0], null);
    return strip(text, chars, !name.equals("rstrip"), !name.equals("lstrip"));
  }

  /** Strips characters of a set, or white space when {@code chars} is null. */
  static Text strip(Text text, Object chars, boolean left, boolean right) {
    String set = chars == null ? null : Types.text(chars, "strip").value;
    String value = text.value;
    int start = 0;
    int end = value.length();
    while (left && start < end && isStripped(value.codePointAt(start), set)) {
      start += Character.charCount(value.codePointAt(start));
    }
    while (right && end > start && isStripped(value.codePointBefore(end), set)) {
      end -= Character.charCount(value.codePointBefore(end));
    }
    return text.cut(start, end);
  }

  private static boolean isStripped(int c, String set) {
    return set == null ? Characters.isSpace(c) : set.indexOf(c) >= 0;
  }

  private static Sequence split(Text text, String name, Arguments arguments, Budget budget) {
    Object[] given = arguments.bind(name, 0, "sep", "maxsplit");
    Object separator = Arguments.or(given[0], null);
    int limit = Types.count(Arguments.or(given[1], -1L), name);
    boolean fromRight = name.equals("rsplit");
    if (separator == null) {
      return Sequence.list(budget, Splitting.words(text, limit, fromRight, budget));
    }
    Text by = Types.text(separator, name);
    if (by.value.isEmpty()) {
      throw new TemplateException(name + ": expected a separator, found an empty string");
    }
    return Sequence.list(budget, Splitting.by(text, by.value, limit, fromRight, budget));
  }

  /** The part of the text that optional start and end arguments choose, as UTF-16 offsets. */
  private static int[] window(Text text, Object start, Object end) {
    SliceBounds bounds =
        SliceBounds.of(Arguments.or(start, null), Arguments.or(end, null), null, text.length());
    // Python's find answers -1 for a start behind the end of the text, even for an empty part.
    Object from = Arguments.or(start, null);
    boolean beyond =
        from != null && Numbers.clippedIndex(from, "start") > text.length()
            || bounds.start() > bounds.stop();
    return new int[] {
      text.offset((int) bounds.start()), beyond ? -1 : text.offset((int) bounds.stop())
    };
  }

  private static boolean hasAffix(Text text, String name, Arguments arguments, Budget budget) {
    Object[] given = arguments.positionalOnly(name, 1, 3);
    int[] window = window(text, given[1], given[2]);
    Object[] affixes =
        given[0] instanceof Sequence sequence && sequence.tuple
            ? sequence.items
            : new Object[] {given[0]};
    for (Object affix : affixes) {
      String part = Types.text(affix, name).value;
      budget.work(part.length());
      int at = name.equals("startswith") ? window[0] : window[1] - part.length();
      if (window[1] >= 0
          && at >= window[0]
          && at + part.length() <= window[1]
          && text.value.startsWith(part, at)) {
        return true;
      }
    }
    return false;
  }

  private static long search(Text text, String name, Arguments arguments, Budget budget) {
    Object[] given = arguments.positionalOnly(name, 1, 3);
    String part = Types.text(given[0], name).value;
    int[] window = window(text, given[1], given[2]);
    if (name.equals("count")) {
      return window[1] < 0 ? 0 : count(text, part, window, budget);
    }
    int found = -1;
    if (window[1] >= 0) {
      String seen = text.value.substring(0, window[1]);
      found =
          name.startsWith("r")
              ? TextSearch.lastIndexOf(seen, part, window[1], budget)
              : TextSearch.indexOf(seen, part, window[0], budget);
    }
    if (found >= window[0] && found >= 0) {
      return text.index(found);
    }
    if (name.endsWith("index")) {
      throw new TemplateException(name + ": substring not found");
    }
    return -1;
  }

  private static long count(Text text, String part, int[] window, Budget budget) {
    if (part.isEmpty()) {
      return text.index(window[1]) - text.index(window[0]) + 1L;
    }
    String seen = text.value.substring(0, window[1]);
    long count = 0;
    int at = TextSearch.indexOf(seen, part, window[0], budget);
    while (at >= 0) {
      count++;
      at = TextSearch.indexOf(seen, part, at + part.length(), budget);
    }
    return count;
  }

  private static Sequence partition(Text text, String name, Arguments arguments, Budget budget) {
    Text separator = Types.text(arguments.positionalOnly(name, 1, 1)[0], name);
    if (separator.value.isEmpty()) {
      throw new TemplateException(name + ": expected a separator, found an empty string");
    }
    int size = text.value.length();
    boolean last = name.equals("rpartition");
    int at =
        last
            ? TextSearch.lastIndexOf(text.value, separator.value, size, budget)
            : TextSearch.indexOf(text.value, separator.value, 0, budget);
    if (at < 0) {
      Text nothing = Text.EMPTY.asMarkup(text.markup);
      return last
          ? Sequence.tuple(budget, nothing, nothing, text)
          : Sequence.tuple(budget, text, nothing, nothing);
    }
    int end = at + separator.value.length();
    return Sequence.tuple(budget, text.cut(0, at), text.cut(at, end), text.cut(end, size));
  }

  /** Replaces up to {@code limit} occurrences, all when it is negative. */
  static Text replace(Text text, Text old, Text replacement, int limit, Budget budget) {
    String value = text.value;
    if (limit == 0) {
      return text;
    }
    TextBuilder out = new TextBuilder(budget);
    int copied = 0;
    int done = 0;
    if (old.value.isEmpty()) {
      for (int i = 0; i <= value.length() && done != limit; done++) {
        out.append(text, copied, i).append(replacement);
        copied = i;
        i += i < value.length() ? Character.charCount(value.codePointAt(i)) : 1;
      }
    } else {
      int at = TextSearch.indexOf(value, old.value, 0, budget);
      if (at < 0) {
        return text;
      }
      for (; at >= 0 && done != limit; done++) {
        out.append(text, copied, at).append(replacement);
        copied = at + old.value.length();
        at = TextSearch.indexOf(value, old.value, copied, budget);
      }
    }
    return out.append(text, copied, value.length()).toText().asMarkup(text.markup);
  }

  /** Joins items with a separator; {@code strict} demands strings, otherwise they are converted. */
  static Text join(Text separator, List<Object> items, boolean strict, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        out.append(separator);
      }
      Object item = items.get(i);
      out.append(strict ? Types.text(item, "join") : Printer.str(item, budget));
    }
    return out.toText().asMarkup(separator.markup);
  }

  private static Text translate(Text text, Object table, Scope scope) {
    TextBuilder out = new TextBuilder(scope.budget());
    String value = text.value;
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      int next = i + Character.charCount(c);
      Object mapped = Members.item(table, (long) c, scope);
      if (mapped instanceof Undefined) {
        out.append(text, i, next);
      } else if (mapped instanceof Text replacement) {
        out.append(replacement);
      } else if (mapped != null) {
        int code = Types.count(mapped, "translate");
        if (!Character.isValidCodePoint(code)) {
          throw new TemplateException("translate: expected a character, found " + code);
        }
        out.append(Character.toString(code), text.hasInput());
      }
      i = next;
    }
    return out.toText();
  }
}
