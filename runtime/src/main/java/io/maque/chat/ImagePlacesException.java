package io.maque.chat;

/** The prompt of a conversation has no place, or no certain one, for each of its pictures. */
public final class ImagePlacesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ImagePlacesException(String message) {
    super(message);
  }
}
