package io.maque.image;

import java.util.Arrays;

/**
 * A range of a file, read with checks: what lies behind its end means that the file was cut off.
 * Numbers are big-endian unless the range was made {@link #littleEndian()}.
 */
final class Bytes {
  private final byte[] array;
  private final int begin;
  private final int length;
  private final boolean littleEndian;

  private Bytes(byte[] array, int begin, int length, boolean littleEndian) {
    this.array = array;
    this.begin = begin;
    this.length = length;
    this.littleEndian = littleEndian;
  }

  static Bytes of(byte[] array) {
    return new Bytes(array, 0, array.length, false);
  }

  int length() {
    return length;
  }

  Bytes littleEndian() {
    return new Bytes(array, begin, length, true);
  }

  Bytes bigEndian() {
    return new Bytes(array, begin, length, false);
  }

  boolean isLittleEndian() {
    return littleEndian;
  }

  Bytes slice(long at, long count) {
    require(at, count);
    return new Bytes(array, begin + (int) at, (int) count, littleEndian);
  }

  Bytes from(long at) {
    return slice(at, length - at);
  }

  byte[] toArray() {
    return Arrays.copyOfRange(array, begin, begin + length);
  }

  /** Copies the whole range. */
  void copyTo(byte[] target, int at) {
    System.arraycopy(array, begin, target, at, length);
  }

  /** The array behind this range, for readers that want one; {@link #offset()} is its begin. */
  byte[] array() {
    return array;
  }

  int offset() {
    return begin;
  }

  boolean has(long at, long count) {
    return at >= 0 && count >= 0 && at <= length - count;
  }

  private void require(long at, long count) {
    if (!has(at, count)) {
      throw new ImageFormatException(
          "the picture is cut off or damaged: %d bytes expected at offset %d of %d; send the whole file"
              .formatted(count, at, length));
    }
  }

  int u8(long at) {
    require(at, 1);
    return array[begin + (int) at] & 0xFF;
  }

  int u16(long at) {
    int first = u8(at);
    int second = u8(at + 1);
    return littleEndian ? second << 8 | first : first << 8 | second;
  }

  int u24(long at) {
    return littleEndian ? u8(at + 2) << 16 | u16(at) : u8(at) << 16 | u16(at + 1);
  }

  long u32(long at) {
    long first = u16(at);
    long second = u16(at + 2);
    return littleEndian ? second << 16 | first : first << 16 | second;
  }

  int s32(long at) {
    return (int) u32(at);
  }

  /** Whether these Latin-1 characters stand at {@code at}; false behind the end. */
  boolean says(long at, String text) {
    if (!has(at, text.length())) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (u8(at + i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
