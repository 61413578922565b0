package io.maque.image;

/** Pictures of noise that {@code scripts/golden/image.py} makes alike. */
final class NoiseImage {

  private NoiseImage() {}

  /**
   * @param extreme samples are 0 or 255
   */
  static RgbImage of(int width, int height, boolean extreme) {
    RgbImage image = RgbImage.blank(new Size(width, height));
    for (int i = 0; i < image.pixels().length; i++) {
      int hash = i * (int) 2654435761L;
      hash ^= hash >>> 15;
      hash *= (int) 2246822519L;
      hash ^= hash >>> 13;
      int sample = hash >>> 24;
      image.pixels()[i] = (byte) (extreme ? -(sample & 1) : sample);
    }
    return image;
  }
}
