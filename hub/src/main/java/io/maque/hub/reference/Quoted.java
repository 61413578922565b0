package io.maque.hub.reference;

/** Foreign text made fit to stand in a message: short, and without control characters. */
public final class Quoted {
  private static final int MAX_LENGTH = 120;

  private Quoted() {}

  /** At most 120 characters of {@code text}; control characters become {@code ?}. */
  public static String shorten(String text) {
    String visible = text.replaceAll("\\p{Cntrl}", "?");
    return visible.length() <= MAX_LENGTH ? visible : visible.substring(0, MAX_LENGTH) + "…";
  }
}
