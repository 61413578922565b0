package io.maque.lab.cases;

/** This machine has no font for what is to be printed. */
public final class FontMissingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FontMissingException(String message) {
    super(message);
  }
}
