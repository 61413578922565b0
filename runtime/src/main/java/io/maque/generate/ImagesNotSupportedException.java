package io.maque.generate;

/** A conversation with pictures was sent to a model that takes text only. */
public final class ImagesNotSupportedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ImagesNotSupportedException(String model) {
    super(
        ("model %s: expected text only, found an image; choose a vision model, or open this one"
                + " with its image encoder (mmproj file) if it has one")
            .formatted(model));
  }
}
