package io.maque.image;

/**
 * Bytes are not a picture that can be used. The message says what was found, what was expected and
 * what to do, and may be shown to whoever sent the picture.
 */
public final class ImageFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ImageFormatException(String message) {
    super(message);
  }

  public ImageFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
