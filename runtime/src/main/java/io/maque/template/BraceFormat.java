package io.maque.template;

import java.util.Map;

/** Python's {@code str.format} as the sandbox allows it. */
final class BraceFormat {
  /** Fields inside the format specification of a field; Python allows no deeper nesting. */
  private static final int MAX_NESTING = 2;

  private final Object[] positional;
  private final Dict named;
  private final Scope scope;
  private int automatic;

  private BraceFormat(Object[] positional, Dict named, Scope scope) {
    this.positional = positional;
    this.named = named;
    this.scope = scope;
  }

  static Text format(Text format, Arguments arguments, Scope scope) {
    Dict named = new Dict(scope.budget());
    for (Map.Entry<String, Object> entry : arguments.named().entrySet()) {
      named.put(Text.literal(entry.getKey()), entry.getValue());
    }
    return new BraceFormat(arguments.positional(), named, scope).run(format, MAX_NESTING);
  }

  static Text formatMap(Text format, Arguments arguments, Scope scope) {
    if (!(arguments.positionalOnly("format_map", 1, 1)[0] instanceof Dict named)) {
      throw new TemplateException("format_map: expected a mapping");
    }
    return new BraceFormat(new Object[0], named, scope).run(format, MAX_NESTING);
  }

  private Text run(Text format, int nesting) {
    if (nesting == 0) {
      throw new TemplateException("format: fields nested too deeply");
    }
    String pattern = format.value;
    TextBuilder out = new TextBuilder(scope.budget());
    int copied = 0;
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i);
      boolean doubled = i + 1 < pattern.length() && pattern.charAt(i + 1) == c;
      if ((c == '{' || c == '}') && doubled) {
        out.append(format, copied, i + 1);
        i += 2;
        copied = i;
      } else if (c == '{') {
        out.append(format, copied, i);
        int end = fieldEnd(pattern, i);
        out.append(field(format.cut(i + 1, end), nesting));
        i = end + 1;
        copied = i;
      } else if (c == '}') {
        throw new TemplateException("format: single '}' in the format string");
      } else {
        i++;
      }
    }
    return out.append(format, copied, pattern.length()).toText();
  }

  private static int fieldEnd(String pattern, int open) {
    int depth = 0;
    for (int i = open; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new TemplateException("format: expected '}' in the format string");
  }

  private Text field(Text field, int nesting) {
    String text = field.value;
    int end = nameEnd(text);
    Object value = lookup(text.substring(0, end));
    int spec = text.indexOf(':', end);
    String conversion = text.substring(end, spec < 0 ? text.length() : spec);
    Budget budget = scope.budget();
    if (!conversion.isEmpty()) {
      value =
          switch (conversion) {
            case "!s" -> Printer.str(value, budget);
            case "!r", "!a" -> Printer.repr(value, budget);
            default -> throw new TemplateException("format: unknown conversion " + conversion);
          };
    }
    Text wanted = spec < 0 ? Text.EMPTY : run(field.cut(spec + 1, text.length()), nesting - 1);
    return wanted.value.isEmpty()
        ? Printer.str(value, budget)
        : FormatSpec.parse(wanted.value).apply(value, budget);
  }

  private static int nameEnd(String field) {
    boolean brackets = false;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (!brackets && (c == '!' || c == ':')) {
        return i;
      }
      brackets = c == '[' || brackets && c != ']';
    }
    return field.length();
  }

  /** {@code name.attribute[index]}. */
  private Object lookup(String path) {
    int at = 0;
    while (at < path.length() && path.charAt(at) != '.' && path.charAt(at) != '[') {
      at++;
    }
    Object value = argument(path.substring(0, at));
    while (at < path.length()) {
      scope.budget().step();
      if (path.charAt(at) == '.') {
        int end = at + 1;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
          end++;
        }
        value = Members.attribute(value, path.substring(at + 1, end), scope);
        at = end;
      } else {
        int close = path.indexOf(']', at);
        if (path.charAt(at) != '[' || close < 0) {
          throw new TemplateException("format: expected '.' or '[' in field '" + path + "'");
        }
        String key = path.substring(at + 1, close);
        Object index = isDigits(key) ? Numbers.parseInteger(key, 10) : Text.literal(key);
        value = Members.item(value, index, scope);
        at = close + 1;
      }
    }
    return value;
  }

  private static boolean isDigits(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private Object argument(String name) {
    if (!name.isEmpty() && !isDigits(name)) {
      Dict.Entry entry = named.find(name);
      if (entry == null) {
        throw new TemplateException("format: no argument '" + name + "'");
      }
      return entry.value();
    }
    boolean numbered = !name.isEmpty();
    if (numbered && automatic > 0 || !numbered && automatic < 0) {
      throw new TemplateException("format: expected all fields numbered or none");
    }
    int index =
        numbered ? (name.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(name)) : automatic;
    automatic = numbered ? -1 : automatic + 1;
    if (index >= positional.length) {
      throw new TemplateException("format: no argument " + index);
    }
    return positional[index];
  }
}
