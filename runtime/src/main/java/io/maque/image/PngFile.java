package io.maque.image;

/**
 * A PNG file (ISO/IEC 15948): every colour type and depth, interlaced or not, transparency. Of an
 * animated PNG the default picture. Text, profiles and other chunks are stepped over, never
 * inflated.
 */
final class PngFile implements EncodedImage {
  static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";

  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGBA = 6;

  private static final int OPAQUE = 255;

  /** Adam7: first column, first row, column step, row step of each pass. */
  private static final int[][] INTERLACED = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] PLAIN = {{0, 0, 1, 1}};

  private final long width;
  private final long height;
  private final int depth;
  private final int colour;
  private final int[][] passes;
  private final PngChunk firstData;
  private Bytes palette = Bytes.of(new byte[0]);
  private Bytes transparency = Bytes.of(new byte[0]);
  private Orientation orientation = Orientation.UPRIGHT;

  PngFile(Bytes file) {
    PngChunk chunk = new PngChunk(file, SIGNATURE.length());
    if (!chunk.is("IHDR") || chunk.content().length() != 13) {
      throw new ImageFormatException(
          "the PNG picture does not begin with its header; it is damaged");
    }
    Bytes header = chunk.verified();
    width = header.u32(0);
    height = header.u32(4);
    depth = header.u8(8);
    colour = header.u8(9);
    passes = header.u8(12) == 0 ? PLAIN : INTERLACED;
    checkKind(header);
    PngChunk data = null;
    while (!chunk.is("IEND") && chunk.hasNext()) {
      chunk = chunk.next();
      if (chunk.is("IDAT") && data == null) {
        data = chunk;
      } else {
        take(chunk);
      }
    }
    if (data == null) {
      throw new ImageFormatException(
          "the PNG picture is cut off before its pixels; send the whole file");
    }
    firstData = data;
  }

  private void checkKind(Bytes header) {
    boolean known =
        switch (colour) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case RGB, GREY_ALPHA, RGBA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!known || header.u16(10) != 0 || header.u8(12) > 1) {
      throw new ImageFormatException(
          "the PNG picture has colour type %d, depth %d, compression %d, filter %d, interlace %d, which PNG does not have; it is damaged"
              .formatted(colour, depth, header.u8(10), header.u8(11), header.u8(12)));
    }
  }

  private void take(PngChunk chunk) {
    if (chunk.is("PLTE")) {
      palette = chunk.verified();
    } else if (chunk.is("tRNS")) {
      transparency = chunk.verified();
    } else if (chunk.is("eXIf")) {
      orientation = TiffDirectory.orientation(chunk.content());
    }
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
    return orientation;
  }

  @Override
  public RgbImage decode() {
    RgbImage image = RgbImage.blank(size());
    int bitsPerPixel = channels() * depth;
    try (PngRows rows = new PngRows(firstData, Math.max(1, bitsPerPixel / 8))) {
      for (int[] pass : passes) {
        int columns = (image.width() - pass[0] + pass[2] - 1) / pass[2];
        if (columns <= 0) {
          continue;
        }
        rows.begin(Math.toIntExact(((long) columns * bitsPerPixel + 7) / 8));
        for (int y = pass[1]; y < image.height(); y += pass[3]) {
          expand(
              rows.next(), columns, image, image.offset(pass[0], y), pass[2] * RgbImage.CHANNELS);
        }
      }
    }
    return image;
  }

  private int channels() {
    return switch (colour) {
      case GREY_ALPHA -> 2;
      case RGB -> 3;
      case RGBA -> 4;
      default -> 1;
    };
  }

  private void expand(byte[] row, int columns, RgbImage image, int offset, int step) {
    for (int x = 0; x < columns; x++, offset += step) {
      switch (colour) {
        case GREY -> setGrey(image, offset, sample(row, x));
        case PALETTE -> setIndexed(image, offset, sample(row, x));
        case RGB -> setRgb(image, offset, row, 3 * x);
        case GREY_ALPHA -> {
          int grey = eightBits(row, 2 * x);
          image.setOverWhite(offset, grey, grey, grey, eightBits(row, 2 * x + 1));
        }
        default ->
            image.setOverWhite(
                offset,
                eightBits(row, 4 * x),
                eightBits(row, 4 * x + 1),
                eightBits(row, 4 * x + 2),
                eightBits(row, 4 * x + 3));
      }
    }
  }

  private void setGrey(RgbImage image, int offset, int sample) {
    int grey = depth == 16 ? sample >> 8 : sample * 255 / ((1 << depth) - 1);
    boolean clear = transparency.length() >= 2 && transparency.u16(0) == sample;
    image.setOverWhite(offset, grey, grey, grey, clear ? 0 : OPAQUE);
  }

  private void setIndexed(RgbImage image, int offset, int index) {
    if (3 * index + 2 >= palette.length()) {
      image.set(offset, 0, 0, 0); // beyond the palette: black, as browsers and libpng have it
      return;
    }
    int alpha = index < transparency.length() ? transparency.u8(index) : OPAQUE;
    image.setOverWhite(
        offset, palette.u8(3 * index), palette.u8(3 * index + 1), palette.u8(3 * index + 2), alpha);
  }

  private void setRgb(RgbImage image, int offset, byte[] row, int first) {
    boolean clear =
        transparency.length() >= 6
            && transparency.u16(0) == sample(row, first)
            && transparency.u16(2) == sample(row, first + 1)
            && transparency.u16(4) == sample(row, first + 2);
    int alpha = clear ? 0 : OPAQUE;
    image.setOverWhite(
        offset, eightBits(row, first), eightBits(row, first + 1), eightBits(row, first + 2), alpha);
  }

  /** Sample {@code index} of a row at its own depth. */
  private int sample(byte[] row, int index) {
    return switch (depth) {
      case 8 -> row[index] & 0xFF;
      case 16 -> (row[2 * index] & 0xFF) << 8 | row[2 * index + 1] & 0xFF;
      default -> {
        int bit = index * depth;
        int shift = 8 - depth - (bit & 7);
        yield row[bit >> 3] >> shift & (1 << depth) - 1;
      }
    };
  }

  /** Sample {@code index} of a row of depth 8 or 16; of 16 bits the upper 8. */
  private int eightBits(byte[] row, int index) {
    return row[depth == 16 ? 2 * index : index] & 0xFF;
  }
}
