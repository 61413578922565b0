package io.maque.image;

/**
 * What a picture may cost. Decoding takes some ten bytes per pixel at a time, with the optional
 * reader of WebP more, so {@code maxPixels} bounds the memory of a request, and with it the time.
 *
 * @param maxBytes length of the file
 * @param maxPixels width times height
 * @param maxSide width or height
 */
public record ImageLimits(int maxBytes, long maxPixels, int maxSide) {

  /**
   * Photographs of today's phones at full resolution fit; what only pretends to be one does not.
   */
  public static final ImageLimits DEFAULT = new ImageLimits(64 << 20, 50_000_000, 65_535);

  public ImageLimits {
    if (maxBytes < 1 || maxPixels < 1 || maxSide < 1) {
      throw new IllegalArgumentException(
          "expected limits of at least 1, found %d bytes, %d pixels, side %d"
              .formatted(maxBytes, maxPixels, maxSide));
    }
    if (maxPixels > Integer.MAX_VALUE / 4) {
      throw new IllegalArgumentException(
          "expected a limit of at most %d pixels, found %d"
              .formatted(Integer.MAX_VALUE / 4, maxPixels));
    }
  }

  void checkLength(int bytes) {
    if (bytes > maxBytes) {
      throw new ImageFormatException(
          "the picture has %,d bytes and at most %,d are accepted; send a smaller one"
              .formatted(bytes, maxBytes));
    }
  }

  /** Numbers come from a header, so they may be anything. */
  void checkSize(ImageFormat format, long width, long height) {
    if (width < 1 || height < 1) {
      throw new ImageFormatException(
          "the %s picture says it is %d × %d pixels; expected at least 1 × 1"
              .formatted(format, width, height));
    }
    if (width > maxSide || height > maxSide || width * height > maxPixels) {
      throw new ImageFormatException(
          "the %s picture is %d × %d pixels; at most %,d pixels and a side of %,d are accepted; send a smaller one"
              .formatted(format, width, height, maxPixels, maxSide));
    }
  }
}
