package io.maque.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Little-endian reads and writes at any byte, as blocks need them. */
final class Bytes {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Bytes() {}

  static int signed(MemorySegment source, long offset) {
    return source.get(ValueLayout.JAVA_BYTE, offset);
  }

  static int unsigned(MemorySegment source, long offset) {
    return Byte.toUnsignedInt(source.get(ValueLayout.JAVA_BYTE, offset));
  }

  static void put(MemorySegment target, long offset, int value) {
    target.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
  }

  static int int16(MemorySegment source, long offset) {
    return source.get(SHORT, offset);
  }

  static void putInt16(MemorySegment target, long offset, int value) {
    target.set(SHORT, offset, (short) value);
  }

  static int int32(MemorySegment source, long offset) {
    return source.get(INT, offset);
  }

  static void putInt32(MemorySegment target, long offset, int value) {
    target.set(INT, offset, value);
  }

  /** An IEEE 754 binary16 number. */
  static float half(MemorySegment source, long offset) {
    return Float.float16ToFloat(source.get(SHORT, offset));
  }

  static void putHalf(MemorySegment target, long offset, float value) {
    target.set(SHORT, offset, Float.floatToFloat16(value));
  }
}
