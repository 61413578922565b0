package io.maque.image;

import java.awt.image.Raster;

/**
 * What the components of a JPEG picture mean, and RGB of them with libjpeg's fixed-point arithmetic
 * (jdcolor.c), which all decoders share.
 */
enum JpegColours {
  GREY,
  RGB,
  YCC,
  CMYK,
  YCCK;

  /**
   * What a file says about its colours.
   *
   * @param adobe the transform of an Adobe marker, −1 without one
   */
  record Marks(boolean jfif, int adobe) {
    static final Marks NONE = new Marks(false, -1);

    Marks withJfif() {
      return new Marks(true, adobe);
    }

    Marks withAdobe(int transform) {
      return new Marks(jfif, transform);
    }
  }

  private static final int HALF = 1 << 15;
  private static final int RED_OF_CR = fix(1.40200);
  private static final int GREEN_OF_CR = fix(0.71414);
  private static final int GREEN_OF_CB = fix(0.34414);
  private static final int BLUE_OF_CB = fix(1.77200);

  private static int fix(double factor) {
    return (int) (factor * (1 << 16) + 0.5);
  }

  /** The rules of libjpeg (jdapimin.c): JFIF and Adobe marks first, then the components' names. */
  static JpegColours of(Marks marks, Bytes frame) {
    return switch (frame.u8(5)) {
      case 1 -> GREY;
      case 3 -> {
        boolean named = frame.u8(6) == 'R' && frame.u8(9) == 'G' && frame.u8(12) == 'B';
        boolean rgb = !marks.jfif() && (marks.adobe() < 0 ? named : marks.adobe() == 0);
        yield rgb ? RGB : YCC;
      }
      default -> marks.adobe() == 2 ? YCCK : CMYK;
    };
  }

  private int components() {
    return switch (this) {
      case GREY -> 1;
      case RGB, YCC -> 3;
      case CMYK, YCCK -> 4;
    };
  }

  RgbImage toRgb(Raster samples, Size size) {
    if (samples.getWidth() != size.width()
        || samples.getHeight() != size.height()
        || samples.getNumBands() != components()) {
      throw new ImageFormatException(
          "the JPEG picture is damaged: its parts contradict each other");
    }
    RgbImage image = RgbImage.blank(size);
    byte[] row = new byte[size.width() * components()];
    for (int y = 0; y < size.height(); y++) {
      samples.getDataElements(samples.getMinX(), samples.getMinY() + y, size.width(), 1, row);
      convert(row, image, image.offset(0, y));
    }
    return image;
  }

  private void convert(byte[] row, RgbImage image, int to) {
    switch (this) {
      case RGB -> System.arraycopy(row, 0, image.pixels(), to, row.length);
      case GREY -> {
        for (int i = 0; i < row.length; i++, to += 3) {
          image.set(to, row[i], row[i], row[i]);
        }
      }
      case YCC -> {
        for (int i = 0; i < row.length; i += 3, to += 3) {
          int luma = row[i] & 0xFF;
          int cb = (row[i + 1] & 0xFF) - 128;
          int cr = (row[i + 2] & 0xFF) - 128;
          image.set(to, red(luma, cr), green(luma, cb, cr), blue(luma, cb));
        }
      }
      case CMYK -> {
        for (int i = 0; i < row.length; i += 4, to += 3) {
          image.setInks(
              to, ~row[i] & 0xFF, ~row[i + 1] & 0xFF, ~row[i + 2] & 0xFF, ~row[i + 3] & 0xFF);
        }
      }
      case YCCK -> {
        for (int i = 0; i < row.length; i += 4, to += 3) {
          int luma = row[i] & 0xFF;
          int cb = (row[i + 1] & 0xFF) - 128;
          int cr = (row[i + 2] & 0xFF) - 128;
          // Inks are stored inverted, as Adobe does, and made from the negative: twice is none.
          image.setInks(to, red(luma, cr), green(luma, cb, cr), blue(luma, cb), ~row[i + 3] & 0xFF);
        }
      }
    }
  }

  private static int red(int luma, int cr) {
    return clamp(luma + (RED_OF_CR * cr + HALF >> 16));
  }

  private static int green(int luma, int cb, int cr) {
    return clamp(luma + (-GREEN_OF_CB * cb - GREEN_OF_CR * cr + HALF >> 16));
  }

  private static int blue(int luma, int cb) {
    return clamp(luma + (BLUE_OF_CB * cb + HALF >> 16));
  }

  private static int clamp(int value) {
    return Math.clamp(value, 0, 255);
  }
}
