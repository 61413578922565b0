package io.maque.image;

import java.util.Set;

/**
 * The first page of a TIFF file (TIFF 6.0): bilevel, grey, palette, RGB and CMYK of 1 to 16 bits,
 * in strips or tiles. The directory is proven here; the platform's reader gets the file with a
 * directory of those entries alone, so that it meets no other directories and no metadata.
 */
final class TiffFile implements EncodedImage {
  private static final int INDEXED = 3;
  private static final int INKS = 5;

  /** None, the three of fax machines, LZW, deflate under both numbers, runs of bytes. */
  private static final Set<Long> COMPRESSIONS = Set.of(1L, 2L, 3L, 4L, 5L, 8L, 32946L, 32773L);

  /** White is zero, black is zero, RGB, palette, inks. */
  private static final Set<Long> COLOURS = Set.of(0L, 1L, 2L, 3L, (long) INKS);

  private static final int MAX_SAMPLES = 5;
  private static final int MAX_TILE = 4096;

  private final Bytes file;
  private final TiffDirectory directory;

  TiffFile(Bytes file) {
    this.file = file;
    directory = TiffDirectory.read(file);
    long samples = directory.value(TiffDirectory.SAMPLES_PER_PIXEL, 1);
    long compression = directory.value(TiffDirectory.COMPRESSION, 1);
    long colours = directory.value(TiffDirectory.PHOTOMETRIC, -1);
    if (!COMPRESSIONS.contains(compression) || !COLOURS.contains(colours)) {
      throw unread("compression %d with colours %d".formatted(compression, colours));
    }
    if (samples < 1 || samples > MAX_SAMPLES || colours == INKS && samples != 4) {
      throw unread("%d samples with colours %d".formatted(samples, colours));
    }
    for (int i = 0; i < samples; i++) {
      long bits = directory.value(TiffDirectory.BITS_PER_SAMPLE, i == 0 ? 1 : -1, i);
      boolean known = bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
      if (!known
          || samples > 1 && bits < 8
          || directory.value(TiffDirectory.SAMPLE_FORMAT, 1, i) != 1) {
        throw unread("samples of %d bits that are not plain integers".formatted(bits));
      }
    }
    checkParts(TiffDirectory.STRIP_OFFSETS, TiffDirectory.STRIP_LENGTHS);
    checkParts(TiffDirectory.TILE_OFFSETS, TiffDirectory.TILE_LENGTHS);
    if (directory.value(TiffDirectory.TILE_WIDTH, 0) > MAX_TILE
        || directory.value(TiffDirectory.TILE_HEIGHT, 0) > MAX_TILE) {
      throw unread("tiles wider or higher than " + MAX_TILE);
    }
  }

  private void checkParts(int offsets, int lengths) {
    if (directory.count(offsets) > 0 && directory.count(lengths) != directory.count(offsets)) {
      throw new ImageFormatException("the TIFF picture is damaged: its parts have no lengths");
    }
    for (long i = 0; i < directory.count(offsets); i++) {
      file.slice(directory.value(offsets, -1, i), directory.value(lengths, -1, i));
    }
  }

  private static ImageFormatException unread(String what) {
    return new ImageFormatException(
        "the TIFF picture has %s, which is not read; save it as PNG or JPEG".formatted(what));
  }

  @Override
  public long width() {
    return directory.value(TiffDirectory.WIDTH, 0);
  }

  @Override
  public long height() {
    return directory.value(TiffDirectory.HEIGHT, 0);
  }

  @Override
  public Orientation orientation() {
    return Orientation.of(directory.value(TiffDirectory.ORIENTATION, 1));
  }

  @Override
  public RgbImage decode() {
    PlatformReader platform = PlatformReader.jdk(ImageFormat.TIFF);
    return platform.read(
        directory.withPixelEntriesOnly(),
        reader -> new PlatformPixels(reader.read(0), colours()).toRgb(ImageFormat.TIFF, size()));
  }

  private PlatformPixels.Colours colours() {
    long colours = directory.value(TiffDirectory.PHOTOMETRIC, 0);
    if (colours == INKS) {
      return PlatformPixels.Colours.ofInks();
    }
    return colours == INDEXED ? palette() : PlatformPixels.Colours.asTheModelSays();
  }

  /** The colour map holds all reds, then all greens, then all blues, in 16 bits. */
  private PlatformPixels.Colours palette() {
    int count = 1 << directory.value(TiffDirectory.BITS_PER_SAMPLE, 1);
    int[] palette = new int[count];
    for (int i = 0; i < count; i++) {
      for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
        long sample = directory.value(TiffDirectory.COLOUR_MAP, 0, (long) channel * count + i);
        palette[i] = palette[i] << 8 | (int) (sample >> 8) & 0xFF;
      }
    }
    return PlatformPixels.Colours.indexed(palette);
  }
}
