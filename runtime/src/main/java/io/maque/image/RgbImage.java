package io.maque.image;

/**
 * A picture of 8-bit red, green and blue.
 *
 * @param pixels rows from the top, three bytes a pixel; owned by this image, not to be written
 */
public record RgbImage(Size size, byte[] pixels) {

  /** Bytes of a pixel. */
  public static final int CHANNELS = 3;

  public RgbImage {
    if (pixels.length != size.pixels() * CHANNELS) {
      throw new IllegalArgumentException(
          "expected %d bytes for %s pixels, found %d"
              .formatted(size.pixels() * CHANNELS, size, pixels.length));
    }
  }

  /** A black picture. */
  static RgbImage blank(Size size) {
    return new RgbImage(size, new byte[Math.toIntExact(size.pixels() * CHANNELS)]);
  }

  public int width() {
    return size.width();
  }

  public int height() {
    return size.height();
  }

  /** Where the pixel is in {@link #pixels}. */
  public int offset(int x, int y) {
    return (y * width() + x) * CHANNELS;
  }

  void set(int offset, int red, int green, int blue) {
    pixels[offset] = (byte) red;
    pixels[offset + 1] = (byte) green;
    pixels[offset + 2] = (byte) blue;
  }

  /** Sets what a pixel of this colour and opacity looks like in front of white. */
  void setOverWhite(int offset, int red, int green, int blue, int alpha) {
    set(offset, overWhite(red, alpha), overWhite(green, alpha), overWhite(blue, alpha));
  }

  /** Pillow's blend of 255 and {@code value}, exactly (value·alpha + 255·(255 − alpha)) / 255. */
  private static int overWhite(int value, int alpha) {
    int sum = 255 * (255 - alpha) + value * alpha + 128;
    return (sum >> 8) + sum >> 8;
  }

  /**
   * Sets the colour of an ink mixture, 255 being full ink: red = (255 − cyan)·(255 − black) / 255,
   * as Pillow computes it.
   */
  void setInks(int offset, int cyan, int magenta, int yellow, int black) {
    int light = 255 - black;
    set(offset, lit(cyan, light), lit(magenta, light), lit(yellow, light));
  }

  private static int lit(int ink, int light) {
    int sum = ink * light + 128;
    return Math.max(0, light - ((sum >> 8) + sum >> 8));
  }
}
