package io.maque.image;

/**
 * A BMP file: uncompressed with 1 to 32 bits, bit fields, or run lengths; with its rows upwards or
 * downwards. The header is proven here, the pixels come from the platform's reader.
 */
final class BmpFile implements EncodedImage {
  private static final int OLD_HEADER = 12;
  private static final int HEADER = 40;
  private static final int UNCOMPRESSED = 0;
  private static final int BIT_FIELDS = 3;

  private final Bytes file;
  private final long width;
  private final long height;

  BmpFile(Bytes bytes) {
    file = bytes.littleEndian();
    long headerBytes = file.u32(14);
    int bits;
    long compression;
    if (headerBytes == OLD_HEADER) {
      width = file.u16(18);
      height = file.u16(20);
      bits = file.u16(24);
      compression = UNCOMPRESSED;
    } else if (headerBytes >= HEADER && headerBytes <= 124) {
      width = file.s32(18);
      height = Math.abs((long) file.s32(22));
      bits = file.u16(28);
      compression = file.u32(30);
      checkPalette(bits, file.u32(46));
    } else {
      throw unknown("a header of %d bytes".formatted(headerBytes));
    }
    boolean known =
        switch (bits) {
          case 1, 24 -> compression == UNCOMPRESSED;
          case 4 -> compression == UNCOMPRESSED || compression == 2;
          case 8 -> compression == UNCOMPRESSED || compression == 1;
          case 16, 32 -> compression == UNCOMPRESSED || compression == BIT_FIELDS;
          default -> false;
        };
    if (!known) {
      throw unknown("%d bits with compression %d".formatted(bits, compression));
    }
    if ((compression == UNCOMPRESSED || compression == BIT_FIELDS) && width > 0) {
      file.slice(file.u32(10), (width * bits + 31) / 32 * 4 * height);
    }
  }

  private static void checkPalette(int bits, long colours) {
    if (colours > 256 || bits <= 8 && colours > 1L << bits) {
      throw unknown("%d colours with %d bits".formatted(colours, bits));
    }
  }

  private static ImageFormatException unknown(String what) {
    return new ImageFormatException(
        "the BMP picture has %s, which is not read; save it as PNG".formatted(what));
  }

  @Override
  public long width() {
    return width;
  }

  @Override
  public long height() {
    return height;
  }

  @Override
  public Orientation orientation() {
    return Orientation.UPRIGHT;
  }

  @Override
  public RgbImage decode() {
    return PlatformReader.jdk(ImageFormat.BMP)
        .read(
            file.toArray(),
            reader ->
                new PlatformPixels(reader.read(0), PlatformPixels.Colours.asTheModelSays())
                    .toRgb(ImageFormat.BMP, size()));
  }
}
