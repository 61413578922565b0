package io.maque.gguf;

/** Text from a file, made fit for an error message: short, and nothing that a terminal obeys. */
public final class Quoted {
  private static final int MAX_CHARACTERS = 100;

  private Quoted() {}

  /** The first characters of {@code name}, control and format characters escaped. */
  public static String of(String name) {
    StringBuilder quoted = new StringBuilder();
    for (int i = 0; i < Math.min(name.length(), MAX_CHARACTERS); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return name.length() > MAX_CHARACTERS ? quoted.append('…').toString() : quoted.toString();
  }
}
