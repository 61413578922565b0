package io.maque.server.page;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a browser may do on behalf of the page: run its files, talk to its server, show pictures it
 * was given, and nothing else. Even a hole in the cleaning of Markdown would not run a script
 * (script-src, trusted types) or send anything anywhere (img-src, connect-src, form-action).
 */
public final class PageSecurity {
  private static final String POLICY =
      String.join(
          "; ",
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self' data: blob:",
          "font-src 'self'",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'",
          "require-trusted-types-for 'script'",
          "trusted-types dompurify");

  private PageSecurity() {}

  /** Headers of every answer that is a part of the page. */
  public static Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Security-Policy", POLICY);
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Frame-Options", "DENY"); // for browsers that do not know frame-ancestors
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put(
        "Permissions-Policy",
        "camera=(self), clipboard-write=(self), microphone=(), geolocation=(), display-capture=()");
    return headers;
  }
}
