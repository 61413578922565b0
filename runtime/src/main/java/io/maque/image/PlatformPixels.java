package io.maque.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * RGB of what a platform reader made. Samples are taken as they are: the platform's own conversion
 * would apply profiles, and a gamma to grey.
 */
final class PlatformPixels {
  private final Raster raster;
  private final ColorModel model;
  private final Colours colours;

  PlatformPixels(BufferedImage image, Colours colours) {
    this.raster = image.getRaster();
    this.model = image.getColorModel();
    this.colours = colours;
  }

  /**
   * What a format knows better than the platform about its samples.
   *
   * @param inks four samples are cyan, magenta, yellow and black
   * @param palette 0xRRGGBB of each value of a single sample; empty if they are no indices
   */
  record Colours(boolean inks, int... palette) {

    static Colours asTheModelSays() {
      return new Colours(false);
    }

    static Colours ofInks() {
      return new Colours(true);
    }

    static Colours indexed(int... palette) {
      return new Colours(false, palette);
    }
  }

  /** The pixels, which must have the size that the header promised. */
  RgbImage toRgb(ImageFormat format, Size size) {
    if (raster.getWidth() != size.width() || raster.getHeight() != size.height()) {
      throw new ImageFormatException(
          "the %s picture is damaged: its parts contradict each other".formatted(format));
    }
    RgbImage image = RgbImage.blank(size);
    int bands = raster.getNumBands();
    int[] row = new int[size.width() * bands];
    for (int y = 0; y < size.height(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, size.width(), 1, row);
      int to = image.offset(0, y);
      for (int i = 0; i < row.length; i += bands, to += RgbImage.CHANNELS) {
        set(image, to, row, i);
      }
    }
    return image;
  }

  private void set(RgbImage image, int to, int[] row, int i) {
    if (colours.palette().length > 0) {
      int rgb = colours.palette()[row[i]];
      image.set(to, rgb >> 16, rgb >> 8, rgb);
      return;
    }
    if (model instanceof IndexColorModel indexed) {
      int argb = indexed.getRGB(row[i]);
      image.setOverWhite(to, argb >> 16 & 0xFF, argb >> 8 & 0xFF, argb & 0xFF, argb >>> 24);
      return;
    }
    int first = eightBits(row[i], 0);
    switch (raster.getNumBands()) {
      case 1 -> image.set(to, first, first, first);
      case 2 -> image.setOverWhite(to, first, first, first, eightBits(row[i + 1], 1));
      case 3 -> image.set(to, first, eightBits(row[i + 1], 1), eightBits(row[i + 2], 2));
      default -> {
        int second = eightBits(row[i + 1], 1);
        int third = eightBits(row[i + 2], 2);
        int fourth = eightBits(row[i + 3], 3);
        if (colours.inks()) {
          image.setInks(to, first, second, third, fourth);
        } else if (!model.hasAlpha()) {
          image.set(to, first, second, third);
        } else if (model.isAlphaPremultiplied()) {
          int white = 255 - fourth;
          image.set(
              to,
              Math.min(255, first + white),
              Math.min(255, second + white),
              Math.min(255, third + white));
        } else {
          image.setOverWhite(to, first, second, third, fourth);
        }
      }
    }
  }

  private int eightBits(int sample, int band) {
    int bits = raster.getSampleModel().getSampleSize(band);
    return bits == 8 ? sample : bits > 8 ? sample >>> bits - 8 : sample * 255 / ((1 << bits) - 1);
  }
}
