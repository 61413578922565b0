package io.maque.image;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The first directory of a TIFF structure, which is the whole of a TIFF file's description and of
 * an EXIF block alike (TIFF 6.0, section 2). Other directories are never visited, so a loop among
 * them is harmless.
 */
final class TiffDirectory {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS_PER_SAMPLE = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int STRIP_OFFSETS = 273;
  static final int ORIENTATION = 274;
  static final int SAMPLES_PER_PIXEL = 277;
  static final int STRIP_LENGTHS = 279;
  static final int COLOUR_MAP = 320;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILE_OFFSETS = 324;
  static final int TILE_LENGTHS = 325;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;

  private static final int ENTRY_BYTES = 12;
  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  /**
   * What describes pixels: the named ones above but orientation, and fill order, rows per strip,
   * plane layout, fax options and predictor.
   */
  private static final Set<Integer> OF_PIXELS =
      Set.of(
          WIDTH,
          HEIGHT,
          BITS_PER_SAMPLE,
          COMPRESSION,
          PHOTOMETRIC,
          266,
          STRIP_OFFSETS,
          SAMPLES_PER_PIXEL,
          278,
          STRIP_LENGTHS,
          284,
          292,
          293,
          317,
          COLOUR_MAP,
          TILE_WIDTH,
          TILE_HEIGHT,
          TILE_OFFSETS,
          TILE_LENGTHS,
          EXTRA_SAMPLES,
          SAMPLE_FORMAT);

  /** Offset of the entry of a tag, in the order of tags. */
  private final Map<Integer, Integer> entries = new TreeMap<>();

  private final Bytes block;

  private TiffDirectory(Bytes block) {
    this.block = block;
    long directory = block.u32(4);
    int count = block.u16(directory);
    for (int i = 0; i < count; i++) {
      int entry = Math.toIntExact(directory + 2 + (long) i * ENTRY_BYTES);
      block.slice(entry, ENTRY_BYTES);
      entries.putIfAbsent(block.u16(entry), entry);
    }
  }

  static boolean recognises(Bytes block) {
    return block.says(0, "II*\0") || block.says(0, "MM\0*");
  }

  /** Reads the directory of a block that is recognised. */
  static TiffDirectory read(Bytes block) {
    return new TiffDirectory(block.u8(0) == 'I' ? block.littleEndian() : block.bigEndian());
  }

  /**
   * The orientation an EXIF block states. A block that cannot be read states none: the picture is
   * whole all the same.
   */
  static Orientation orientation(Bytes exif) {
    if (!recognises(exif)) {
      return Orientation.UPRIGHT;
    }
    try {
      return Orientation.of(read(exif).value(ORIENTATION, 1));
    } catch (ImageFormatException damaged) {
      return Orientation.UPRIGHT;
    }
  }

  boolean has(int tag) {
    return entries.containsKey(tag);
  }

  /** The first number of a tag. */
  long value(int tag, long ifAbsent) {
    return has(tag) ? value(tag, ifAbsent, 0) : ifAbsent;
  }

  long count(int tag) {
    return has(tag) ? block.u32(entries.get(tag) + 4) : 0;
  }

  /** Number {@code index} of a tag; numbers that are not integers count as absent. */
  long value(int tag, long ifAbsent, long index) {
    if (!has(tag) || index >= count(tag)) {
      return ifAbsent;
    }
    int entry = entries.get(tag);
    int bytes = bytesOf(entry);
    boolean inside = count(tag) * bytes <= 4;
    long at = (inside ? entry + 8 : block.u32(entry + 8)) + index * bytes;
    return switch (bytes) {
      case 1 -> block.u8(at);
      case 2 -> block.u16(at);
      case 4 -> block.u32(at);
      default -> ifAbsent;
    };
  }

  /** Bytes of one number of an entry, 0 if its numbers are not unsigned integers. */
  private int bytesOf(int entry) {
    return switch (block.u16(entry + 2)) {
      case BYTE -> 1;
      case SHORT -> 2;
      case LONG -> 4;
      default -> 0;
    };
  }

  /**
   * The file with another directory behind its end, which holds only the entries that describe
   * pixels, their numbers proven to lie in the file.
   */
  byte[] withPixelEntriesOnly() {
    int[] kept =
        entries.entrySet().stream()
            .filter(entry -> OF_PIXELS.contains(entry.getKey()))
            .mapToInt(Map.Entry::getValue)
            .filter(entry -> bytesOf(entry) > 0)
            .toArray();
    int directory = block.length() + (block.length() & 1);
    byte[] file = Arrays.copyOf(block.toArray(), directory + 2 + kept.length * ENTRY_BYTES + 4);
    putNumber(file, 4, directory, 4);
    putNumber(file, directory, kept.length, 2);
    int at = directory + 2;
    for (int entry : kept) {
      long bytes = block.u32(entry + 4) * bytesOf(entry);
      if (bytes > 4) {
        block.slice(block.u32(entry + 8), bytes);
      }
      block.slice(entry, ENTRY_BYTES).copyTo(file, at);
      at += ENTRY_BYTES;
    }
    return file;
  }

  private void putNumber(byte[] file, int at, int number, int bytes) {
    for (int i = 0; i < bytes; i++) {
      file[at + i] = (byte) (number >> 8 * (block.isLittleEndian() ? i : bytes - 1 - i));
    }
  }
}
