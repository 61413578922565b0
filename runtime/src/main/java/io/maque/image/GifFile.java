package io.maque.image;

import java.util.Arrays;

/**
 * The first picture of a GIF file (GIF89a), on the canvas of the whole as Pillow shows it: what the
 * picture leaves open is transparent where it has a transparent colour, else colour 0.
 */
final class GifFile implements EncodedImage {
  private static final int HAS_PALETTE = 0x80;
  private static final int INTERLACED = 0x40;
  private static final int NONE = -1;

  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xF9;
  private static final int PICTURE = 0x2C;

  /** First row and row step of each pass. */
  private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private static final int[][] PLAIN = {{0, 1}};

  private final int canvasWidth;
  private final int canvasHeight;
  private final int left;
  private final int top;
  private final int columns;
  private final int rows;
  private final boolean interlaced;
  private final Bytes palette;
  private final Bytes data;
  private int transparent = NONE;

  GifFile(Bytes bytes) {
    Bytes file = bytes.littleEndian();
    Bytes common = palette(file, 13, file.u8(10));
    long at = pictureAfter(file, 13 + common.length());
    left = file.u16(at + 1);
    top = file.u16(at + 3);
    columns = file.u16(at + 5);
    rows = file.u16(at + 7);
    int flags = file.u8(at + 9);
    interlaced = (flags & INTERLACED) != 0;
    Bytes own = palette(file, at + 10, flags);
    palette = own.length() > 0 ? own : common;
    data = file.from(at + 10 + own.length());
    // A picture that sticks out makes the canvas larger; an empty one has no pixels to show.
    canvasWidth = columns == 0 ? 0 : Math.max(file.u16(6), left + columns);
    canvasHeight = rows == 0 ? 0 : Math.max(file.u16(8), top + rows);
  }

  private static Bytes palette(Bytes file, long at, int flags) {
    return file.slice(at, (flags & HAS_PALETTE) == 0 ? 0 : 3L << (flags & 7) + 1);
  }

  /** Steps over extensions to the first picture; notes its transparent colour on the way. */
  private long pictureAfter(Bytes file, long at) {
    while (file.u8(at) == EXTENSION) {
      if (file.u8(at + 1) == GRAPHIC_CONTROL && file.u8(at + 2) >= 4) {
        transparent = (file.u8(at + 3) & 1) == 0 ? NONE : file.u8(at + 6);
      }
      at += 2;
      while (file.u8(at) != 0) {
        at += 1 + file.u8(at);
      }
      at++;
    }
    if (file.u8(at) != PICTURE) {
      throw new ImageFormatException("the GIF file holds no picture; it is damaged or empty");
    }
    return at;
  }

  @Override
  public long width() {
    return canvasWidth;
  }

  @Override
  public long height() {
    return canvasHeight;
  }

  @Override
  public Orientation orientation() {
    return Orientation.UPRIGHT;
  }

  @Override
  public RgbImage decode() {
    byte[] indices = new byte[Math.multiplyExact(columns, rows)];
    new GifPixels(data).read(indices);
    RgbImage image = RgbImage.blank(size());
    byte[] rgb = colours();
    paint(image, 0, image.pixels().length, rgb, Math.max(0, transparent));
    int source = 0;
    for (int[] pass : interlaced ? PASSES : PLAIN) {
      for (int y = pass[0]; y < rows; y += pass[1]) {
        int target = image.offset(left, top + y);
        for (int x = 0; x < columns; x++, target += RgbImage.CHANNELS) {
          int colour = RgbImage.CHANNELS * (indices[source++] & 0xFF);
          image.set(target, rgb[colour], rgb[colour + 1], rgb[colour + 2]);
        }
      }
    }
    return image;
  }

  private static void paint(RgbImage image, int begin, int end, byte[] rgb, int index) {
    int colour = RgbImage.CHANNELS * index;
    for (int at = begin; at < end; at += RgbImage.CHANNELS) {
      image.set(at, rgb[colour], rgb[colour + 1], rgb[colour + 2]);
    }
  }

  /** 256 colours: those of the palette, black behind them, the transparent one white. */
  private byte[] colours() {
    byte[] rgb = new byte[RgbImage.CHANNELS * 256];
    if (palette.length() > 0) {
      palette.copyTo(rgb, 0);
    } else {
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) (i / RgbImage.CHANNELS);
      }
    }
    if (transparent != NONE) {
      int at = RgbImage.CHANNELS * transparent;
      Arrays.fill(rgb, at, at + RgbImage.CHANNELS, (byte) 255);
    }
    return rgb;
  }
}
