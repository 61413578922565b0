package io.maque.image;

/** Width and height in pixels, both at least 1. */
public record Size(int width, int height) {

  public Size {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "expected a width and height of at least 1, found %d × %d".formatted(width, height));
    }
  }

  /** Width times height. */
  public long pixels() {
    return (long) width * height;
  }

  /** The same with width and height exchanged. */
  Size turned() {
    return new Size(height, width);
  }

  @Override
  public String toString() {
    return width + " × " + height;
  }
}
