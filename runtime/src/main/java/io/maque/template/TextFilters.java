package io.maque.template;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The filters that change strings; values of other types are converted first. */
final class TextFilters {
  private TextFilters() {}

  static Object apply(String name, Object value, Arguments arguments, Scope scope) {
    Budget budget = scope.budget();
    return switch (name) {
      case "truncate" -> truncate(value, arguments, budget);
      case "indent" -> indent(value, arguments, budget);
      case "wordwrap" -> WordWrap.apply(Types.text(value, name), arguments, budget);
      case "urlencode" -> {
        arguments.bind(name, 0);
        yield urlEncode(value, budget);
      }
      case "xmlattr" -> {
        Object space = Arguments.or(arguments.bind(name, 0, "autospace")[0], true);
        if (!(value instanceof Dict dict)) {
          throw Types.expected(name, "a mapping", value);
        }
        yield Html.attributes(dict, Types.isTrue(space), budget);
      }
      case "pprint" -> {
        arguments.bind(name, 0);
        yield PrettyPrinter.format(value, budget);
      }
      case "random", "urlize" ->
          throw new TemplateException("filter '" + name + "' is not available in chat templates");
      default -> ofText(name, Printer.str(value, budget), arguments, scope);
    };
  }

  private static Object ofText(String name, Text text, Arguments arguments, Scope scope) {
    Budget budget = scope.budget();
    budget.work(text.value.length());
    return switch (name) {
      case "trim" -> {
        Object chars = Arguments.or(arguments.bind(name, 0, "chars")[0], null);
        yield StringMethods.strip(text, chars, true, true);
      }
      case "replace" -> {
        Object[] given = arguments.bind(name, 2, "old", "new", "count");
        Object count = Arguments.or(given[2], null);
        yield StringMethods.replace(
            text.asMarkup(false),
            Printer.str(given[0], budget),
            Printer.str(given[1], budget),
            count == null ? -1 : Types.count(count, name),
            budget);
      }
      case "center" -> {
        Object width = Arguments.or(arguments.bind(name, 0, "width")[0], 80L);
        yield Padding.pad(text, Types.count(width, name), Text.literal(" "), name, budget);
      }
      case "format" -> {
        boolean both = arguments.positional().length > 0 && !arguments.named().isEmpty();
        if (both) {
          throw new TemplateException("format: expected positional or keyword arguments, not both");
        }
        yield PercentFormat.format(text, percentArguments(arguments, budget), budget);
      }
      default -> {
        arguments.bind(name, 0);
        yield plain(name, text, budget);
      }
    };
  }

  private static Object plain(String name, Text text, Budget budget) {
    return switch (name) {
      case "lower", "upper", "capitalize" -> LetterCase.apply(name, text);
      case "title" -> text.respelled(LetterCase.titleFilter(text.value)).asMarkup(false);
      case "e", "escape" -> Html.escape(text, budget);
      case "forceescape" -> Html.forceEscape(text, budget);
      case "safe" -> text.asMarkup(true);
      case "striptags" -> Html.stripTags(text, budget);
      case "wordcount" -> wordCount(text.value);
      default -> throw new TemplateException("expected the name of a filter, found '" + name + "'");
    };
  }

  private static Object percentArguments(Arguments arguments, Budget budget) {
    if (arguments.named().isEmpty()) {
      return Sequence.tuple(budget, arguments.positional());
    }
    Dict named = new Dict(budget);
    arguments.named().forEach((key, value) -> named.put(Text.literal(key), value));
    return named;
  }

  private static long wordCount(String text) {
    long count = 0;
    boolean inside = false;
    for (int c : text.codePoints().toArray()) {
      boolean word = c == '_' || Character.isLetter(c) || Characters.isNumeric(c);
      count += word && !inside ? 1 : 0;
      inside = word;
    }
    return count;
  }

  private static Object truncate(Object value, Arguments arguments, Budget budget) {
    Object[] given = arguments.bind("truncate", 0, "length", "killwords", "end", "leeway");
    int length = Types.count(Arguments.or(given[0], 255L), "truncate");
    Text end = Types.text(Arguments.or(given[2], Text.literal("...")), "truncate");
    Object leeway = Arguments.or(given[3], null);
    int tolerated = leeway == null ? 5 : Types.count(leeway, "truncate");
    if (length < end.length() || tolerated < 0) {
      throw new TemplateException(
          "truncate: expected a length of at least %d and a leeway of at least 0"
              .formatted(end.length()));
    }
    int size = Iteration.size(value);
    if (size >= 0 && size <= length + tolerated) {
      return value;
    }
    Text text = Types.text(value, "truncate");
    Text kept = text.slice(0, length - end.length());
    if (!Types.isTrue(Arguments.or(given[1], false))) {
      kept = (Text) Splitting.by(kept, " ", 1, true, budget).getFirst();
    }
    return new TextBuilder(budget).append(kept).append(end).toText();
  }

  private static Text indent(Object value, Arguments arguments, Budget budget) {
    Object[] given = arguments.bind("indent", 0, "width", "first", "blank");
    Object width = Arguments.or(given[0], 4L);
    Text indent;
    if (width instanceof Text text) {
      indent = text;
    } else {
      int spaces = Math.max(0, Types.count(width, "indent"));
      budget.string(spaces);
      indent = Text.literal(" ".repeat(spaces));
    }
    boolean blank = Types.isTrue(Arguments.or(given[2], false));
    Text text = Types.text(value, "indent");
    TextBuilder ended = new TextBuilder(budget).append(text).append("\n");
    List<Object> lines = Splitting.lines(ended.toText(), false, budget);
    TextBuilder out = new TextBuilder(budget);
    for (int i = 0; i < lines.size(); i++) {
      Text line = (Text) lines.get(i);
      if (i > 0) {
        out.append("\n");
      }
      boolean indented =
          i == 0 ? Types.isTrue(Arguments.or(given[1], false)) : blank || !line.value.isEmpty();
      if (indented) {
        out.append(indent);
      }
      out.append(line);
    }
    return out.toText();
  }

  private static Text urlEncode(Object value, Budget budget) {
    if (value instanceof Text || !Iteration.isIterable(value) || value instanceof Undefined) {
      return quoted(Printer.str(value, budget), "/", budget);
    }
    Object pairs = value instanceof Dict dict ? new DictView(dict, DictView.Kind.ITEMS) : value;
    TextBuilder out = new TextBuilder(budget);
    for (Object pair : Iteration.toList(pairs, budget)) {
      List<Object> parts = Iteration.toList(pair, budget);
      if (parts.size() != 2) {
        throw new TemplateException("urlencode: expected pairs, found " + parts.size() + " values");
      }
      out.append(out.length() > 0 ? "&" : "");
      out.append(quoted(Printer.str(parts.get(0), budget), "+", budget)).append("=");
      out.append(quoted(Printer.str(parts.get(1), budget), "+", budget));
    }
    return out.toText();
  }

  /** Percent-encodes; {@code mode} is "/" to keep slashes, "+" to write spaces as plus signs. */
  private static Text quoted(Text text, String mode, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    for (byte b : text.value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "_.-~".indexOf(c) >= 0);
      if (plain || c == '/' && mode.equals("/")) {
        out.append(c, text.hasInput());
      } else if (c == ' ' && mode.equals("+")) {
        out.append('+', text.hasInput());
      } else {
        out.append("%%%02X".formatted((int) c), text.hasInput());
      }
    }
    return out.toText();
  }
}
