package io.maque.image;

/**
 * The input of a vision encoder: three planes, red, green and blue, of {@code processed} f32 values
 * each, rows from the top.
 *
 * @param values {@code [3, height, width]}, not to be written
 * @param original the shape of the upright picture
 * @param processed the shape of these planes
 */
public record PixelTensor(float[] values, Size original, Size processed) {

  public PixelTensor {
    if (values.length != processed.pixels() * RgbImage.CHANNELS) {
      throw new IllegalArgumentException(
          "expected %d values for three planes of %s, found %d"
              .formatted(processed.pixels() * RgbImage.CHANNELS, processed, values.length));
    }
  }

  public int width() {
    return processed.width();
  }

  public int height() {
    return processed.height();
  }

  /** One value. */
  public float get(int channel, int y, int x) {
    return values[(channel * height() + y) * width() + x];
  }
}
