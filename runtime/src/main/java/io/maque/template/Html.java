package io.maque.template;

import java.util.List;

/** Escaping and stripping of HTML, which few chat templates use. */
final class Html {
  private Html() {}

  /** Escapes once: markup stays as it is. */
  static Text escape(Text text, Budget budget) {
    return text.markup ? text : forceEscape(text, budget);
  }

  static Text forceEscape(Text text, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    int copied = 0;
    for (int i = 0; i < text.value.length(); i++) {
      String entity =
          switch (text.value.charAt(i)) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> "&#34;";
            case '\'' -> "&#39;";
            default -> null;
          };
      if (entity != null) {
        out.append(text, copied, i).append(entity, text.hasInput());
        copied = i + 1;
      }
    }
    return out.append(text, copied, text.value.length()).toText().asMarkup(true);
  }

  /** Removes tags and comments, joins white space, decodes the usual entities. */
  static Text stripTags(Text text, Budget budget) {
    String value = text.value;
    StringBuilder kept = new StringBuilder();
    int at = 0;
    for (int start = value.indexOf('<'); start >= 0; start = value.indexOf('<', at)) {
      boolean comment = value.startsWith("<!--", start);
      int end = comment ? value.indexOf("-->", start + 4) : value.indexOf('>', start);
      if (end < 0) {
        break;
      }
      kept.append(value, at, start);
      at = end + (comment ? 3 : 1);
    }
    kept.append(value, at, value.length());
    List<Object> words = Splitting.words(Text.literal(kept.toString()), -1, false, budget);
    Text joined = StringMethods.join(Text.literal(" "), words, true, budget);
    String plain =
        joined
            .value
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&nbsp;", "\u00a0")
            .replace("&amp;", "&");
    return text.derived(plain).asMarkup(false);
  }

  /** {@code xmlattr}: the entries of a mapping as attributes. */
  static Text attributes(Dict dict, boolean leadingSpace, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    for (Dict.Entry entry : dict.entries()) {
      if (entry.value() == null || entry.value() instanceof Undefined) {
        continue;
      }
      Text key = Types.text(entry.key(), "xmlattr");
      for (char c : key.value.toCharArray()) {
        if (c == '/' || c == '>' || c == '=' || c < 128 && Characters.isSpace(c)) {
          throw new TemplateException("xmlattr: invalid character in an attribute name");
        }
      }
      if (leadingSpace || out.length() > 0) {
        out.append(" ");
      }
      Text value = escape(Printer.str(entry.value(), budget), budget);
      out.append(escape(key, budget)).append("=\"").append(value).append("\"");
    }
    return out.toText();
  }
}
