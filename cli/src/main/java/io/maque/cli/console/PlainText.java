package io.maque.cli.console;

/**
 * Text from outside (a model, a file, a server) made safe for a terminal: control characters cannot
 * move the cursor, change the title or hide what was said.
 */
public final class PlainText {
  private PlainText() {}

  /**
   * The text with C0 and C1 controls except line feed and tab, and the controls of writing
   * direction, replaced by visible stand-ins.
   */
  public static String of(String text) {
    StringBuilder safe = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char shown = shown(c);
      if (shown != c && safe == null) {
        safe = new StringBuilder(text.length()).append(text, 0, i);
      }
      if (safe != null) {
        safe.append(shown);
      }
    }
    return safe == null ? text : safe.toString();
  }

  /** As {@link #of}, and on one line. */
  public static String singleLine(String text) {
    return of(text.strip().replaceAll("\\s*\\R\\s*", " "));
  }

  private static char shown(char c) {
    if (c < 0x20) {
      // Unicode's pictures of the control characters, U+2400 to U+241F.
      return c == '\n' || c == '\t' ? c : (char) (0x2400 + c);
    }
    if (c == 0x7f) {
      return '\u2421';
    }
    boolean c1 = c >= 0x80 && c <= 0x9f;
    boolean direction = c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
    return c1 || direction ? '\ufffd' : c;
  }
}
