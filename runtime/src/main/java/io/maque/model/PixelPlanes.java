package io.maque.model;

/**
 * The input of an image encoder: a red, a green and a blue plane, normalised, rows from the top.
 *
 * @param values {@code [3, height, width]}, not to be written
 */
public record PixelPlanes(float[] values, int width, int height) {
  /** Red, green and blue. */
  public static final int CHANNELS = 3;

  public PixelPlanes {
    if (width < 1 || height < 1 || values.length != (long) CHANNELS * width * height) {
      throw new IllegalArgumentException(
          "expected %d planes of %d × %d values, found %d values"
              .formatted(CHANNELS, width, height, values.length));
    }
  }

  /** Index in {@link #values} of a value. */
  public int index(int channel, int y, int x) {
    return (channel * height + y) * width + x;
  }
}
