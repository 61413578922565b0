package io.maque.image;

/**
 * Changes the size of a picture exactly as Pillow does with {@code Image.resize(…, BICUBIC)}: first
 * along rows, then along columns, each with fixed-point weights and a result rounded to 8 bits
 * (Pillow, Resample.c). A canvas of one colour around the picture, and a window of the result, are
 * arithmetic and never exist as pixels, so that extreme shapes cost no more than their own pixels.
 */
public final class Resampler {
  private static final int CHANNELS = RgbImage.CHANNELS;
  private static final int ROUND = 1 << Taps.PRECISION_BITS - 1;
  private static final byte[] NO_CANVAS = new byte[CHANNELS];

  private Resampler() {}

  /** The whole picture at another size. */
  public static RgbImage bicubic(RgbImage image, Size size) {
    return resample(
        image,
        Taps.bicubic(image.width(), size.width()),
        Taps.bicubic(image.height(), size.height()),
        NO_CANVAS);
  }

  /**
   * Resamples along both axes.
   *
   * @param canvas the colour of what lies outside the picture on the axes
   */
  static RgbImage resample(RgbImage image, Taps columns, Taps rows, byte[] canvas) {
    Size between = new Size(columns.outputs(), image.height());
    RgbImage narrowed = columns.isIdentity() ? image : RgbImage.blank(between);
    if (narrowed != image) {
      for (int y = 0; y < image.height(); y++) {
        alongRow(image, narrowed, y, columns, canvas);
      }
    }
    if (rows.isIdentity()) {
      return narrowed;
    }
    RgbImage result = RgbImage.blank(new Size(columns.outputs(), rows.outputs()));
    int[] sums = new int[result.width() * CHANNELS];
    for (int y = 0; y < result.height(); y++) {
      alongColumns(narrowed, result, y, rows, canvas, sums);
    }
    return result;
  }

  private static void alongRow(RgbImage from, RgbImage to, int y, Taps taps, byte[] canvas) {
    byte[] source = from.pixels();
    byte[] target = to.pixels();
    int[] weights = taps.weights();
    int row = from.offset(0, y);
    int out = to.offset(0, y);
    for (int x = 0; x < taps.outputs(); x++, out += CHANNELS) {
      int outside = taps.outside(x);
      int red = ROUND + outside * (canvas[0] & 0xFF);
      int green = ROUND + outside * (canvas[1] & 0xFF);
      int blue = ROUND + outside * (canvas[2] & 0xFF);
      int at = row + taps.first(x) * CHANNELS;
      int end = taps.end(x);
      for (int k = taps.begin(x); k < end; k++, at += CHANNELS) {
        int weight = weights[k];
        red += weight * (source[at] & 0xFF);
        green += weight * (source[at + 1] & 0xFF);
        blue += weight * (source[at + 2] & 0xFF);
      }
      target[out] = eightBits(red);
      target[out + 1] = eightBits(green);
      target[out + 2] = eightBits(blue);
    }
  }

  /** One row of the result; a loop over whole rows, which the compiler makes vectors of. */
  private static void alongColumns(
      RgbImage from, RgbImage to, int y, Taps taps, byte[] canvas, int[] sums) {
    int outside = taps.outside(y);
    for (int i = 0; i < sums.length; i++) {
      sums[i] = ROUND + outside * (canvas[i % CHANNELS] & 0xFF);
    }
    int rowBytes = sums.length;
    int at = taps.first(y) * rowBytes;
    for (int k = taps.begin(y); k < taps.end(y); k++, at += rowBytes) {
      addRow(from.pixels(), at, taps.weights()[k], sums);
    }
    int out = to.offset(0, y);
    for (int i = 0; i < sums.length; i++) {
      to.pixels()[out + i] = eightBits(sums[i]);
    }
  }

  private static void addRow(byte[] source, int at, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * (source[at + i] & 0xFF);
    }
  }

  private static byte eightBits(int sum) {
    return (byte) Math.clamp(sum >> Taps.PRECISION_BITS, 0, 255);
  }
}
