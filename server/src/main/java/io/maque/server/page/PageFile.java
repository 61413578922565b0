package io.maque.server.page;

import java.util.Locale;

/**
 * A file that the page is made of.
 *
 * @param contentType by its name
 * @param bytes not to be changed
 */
public record PageFile(String contentType, byte[] bytes) {

  static PageFile of(String name, byte[] bytes) {
    return new PageFile(contentType(name), bytes);
  }

  private static String contentType(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (extension) {
      case "html" -> "text/html; charset=utf-8";
      case "js", "mjs" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "json" -> "application/json";
      case "svg" -> "image/svg+xml";
      case "png" -> "image/png";
      case "woff2" -> "font/woff2";
      default ->
          throw new IllegalStateException(
              "page file %s: expected html, js, mjs, css, json, svg, png or woff2".formatted(name));
    };
  }
}
