package io.maque.gguf;

/**
 * A file is not a usable GGUF file. The message says what was found, what was expected and where
 * (file, byte offset, key or tensor name).
 */
public final class GgufFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public GgufFormatException(String message) {
    super(message);
  }

  public GgufFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
