package io.maque.image;

/**
 * How a camera was held: what must be done to stored pixels so that up is up. The eight values of
 * the tag Orientation (274) in EXIF 2.32, section 4.6.4.
 */
enum Orientation {
  UPRIGHT,
  MIRRORED,
  TURNED_180,
  MIRRORED_VERTICALLY,
  TRANSPOSED,
  TURNED_RIGHT,
  TRANSVERSED,
  TURNED_LEFT;

  /** The orientation of tag value 1 to 8; anything else is a camera's mistake and means upright. */
  static Orientation of(long tag) {
    return tag >= 1 && tag <= values().length ? values()[(int) tag - 1] : UPRIGHT;
  }

  /** The last four exchange width and height. */
  boolean turns() {
    return ordinal() >= TRANSPOSED.ordinal();
  }

  Size upright(Size stored) {
    return turns() ? stored.turned() : stored;
  }

  RgbImage upright(RgbImage stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    RgbImage upright = RgbImage.blank(upright(stored.size()));
    int right = RgbImage.CHANNELS;
    int down = right * stored.width();
    int lastX = right * (stored.width() - 1);
    int lastY = down * (stored.height() - 1);
    switch (this) {
      case MIRRORED -> copy(stored, upright, lastX, -right, down);
      case TURNED_180 -> copy(stored, upright, lastX + lastY, -right, -down);
      case MIRRORED_VERTICALLY -> copy(stored, upright, lastY, right, -down);
      case TRANSPOSED -> copy(stored, upright, 0, down, right);
      case TURNED_RIGHT -> copy(stored, upright, lastY, -down, right);
      case TRANSVERSED -> copy(stored, upright, lastX + lastY, -down, -right);
      case TURNED_LEFT -> copy(stored, upright, lastX, down, -right);
      case UPRIGHT -> throw new AssertionError(this);
    }
    return upright;
  }

  /** Fills {@code to} row by row; a step right or down in it is a step of so many bytes in from. */
  private static void copy(RgbImage from, RgbImage to, int start, int stepRight, int stepDown) {
    byte[] source = from.pixels();
    byte[] target = to.pixels();
    int at = 0;
    for (int y = 0; y < to.height(); y++) {
      int pixel = start + y * stepDown;
      for (int x = 0; x < to.width(); x++, pixel += stepRight) {
        target[at++] = source[pixel];
        target[at++] = source[pixel + 1];
        target[at++] = source[pixel + 2];
      }
    }
  }
}
