package io.maque.server.page;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.webjars.WebJarVersionLocator;

/** The libraries of the page: for each file its name below {@code lib/} and the WebJar it is in. */
final class Libraries {
  /** Fonts that KaTeX's style sheet names first; the other formats are for browsers of old. */
  private static final Pattern FONT = Pattern.compile("url\\((fonts/[\\w-]+\\.woff2)\\)");

  private static final List<Library> FILES =
      List.of(
          new Library("marked/marked.esm.js", "marked", "lib/marked.esm.js"),
          new Library("dompurify/purify.es.mjs", "dompurify", "dist/purify.es.mjs"),
          new Library("highlight/highlight.min.js", "highlightjs", "highlight.min.js"),
          new Library("katex/katex.mjs", "katex", "dist/katex.mjs"),
          new Library("katex/katex.min.css", "katex", "dist/katex.min.css"));

  /**
   * A file of a library.
   *
   * @param name how the page calls it
   * @param webJar whose file it is
   * @param path inside the WebJar
   */
  record Library(String name, String webJar, String path) {

    /** The resource that holds it, whatever the version on the class path. */
    String resource() {
      String resource = new WebJarVersionLocator().fullPath(webJar, path);
      if (resource == null) {
        throw new IllegalStateException(
            "library %s: expected a WebJar %s with %s on the class path, found none"
                .formatted(name, webJar, path));
      }
      return resource;
    }
  }

  private Libraries() {}

  /**
   * All files.
   *
   * @param katexCss KaTeX's style sheet, which says what fonts there are
   */
  static List<Library> all(String katexCss) {
    List<Library> all = new ArrayList<>(FILES);
    FONT.matcher(katexCss)
        .results()
        .map(match -> match.group(1))
        .distinct()
        .forEach(font -> all.add(new Library("katex/" + font, "katex", "dist/" + font)));
    return all;
  }

  /** The style sheet that names KaTeX's fonts. */
  static Library katexCss() {
    return FILES.getLast();
  }
}
