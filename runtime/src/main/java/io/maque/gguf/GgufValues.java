package io.maque.gguf;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads metadata values into the Java types that {@link GgufMetadata} promises. */
final class GgufValues {

  private GgufValues() {}

  static Object readScalar(GgufCursor cursor, GgufValueType type, String what) {
    return switch (type) {
      case UINT8 -> (long) Byte.toUnsignedInt(cursor.int8(what));
      case INT8 -> (long) cursor.int8(what);
      case UINT16 -> (long) Short.toUnsignedInt(cursor.int16(what));
      case INT16 -> (long) cursor.int16(what);
      case UINT32 -> Integer.toUnsignedLong(cursor.int32(what));
      case INT32 -> (long) cursor.int32(what);
      case UINT64 -> checkUnsigned(cursor, cursor.position(), cursor.int64(what), what);
      case INT64 -> cursor.int64(what);
      case FLOAT32 -> (double) Float.intBitsToFloat(cursor.int32(what));
      case FLOAT64 -> Double.longBitsToDouble(cursor.int64(what));
      case BOOL -> checkedBoolean(cursor, cursor.position(), cursor.int8(what), what);
      case STRING -> cursor.string(what);
      case ARRAY -> throw new AssertionError("an array is no scalar");
    };
  }

  static Object readArray(GgufCursor cursor, GgufValueType type, String what) {
    if (type == GgufValueType.ARRAY) {
      throw cursor.error(
          cursor.position() - Integer.BYTES,
          what + ": expected an array of numbers, booleans or strings, found an array of arrays");
    }
    int count = cursor.count(what, type.minimumBytes());
    if (type == GgufValueType.STRING) {
      return cursor.strings(count, what);
    }
    cursor.reserveHeap(8L * count, what);
    int start = cursor.position();
    ByteBuffer block = cursor.block((long) count * type.minimumBytes(), what);
    return switch (type) {
      case UINT8, INT8, UINT16, INT16 -> smallIntegers(block, type, count);
      case INT32 -> ints(block, count);
      case UINT32 -> Arrays.stream(ints(block, count)).mapToLong(Integer::toUnsignedLong).toArray();
      case INT64 -> longs(block, count);
      case UINT64 -> unsignedLongs(cursor, start, longs(block, count), what);
      case FLOAT32 -> floats(block, count);
      case FLOAT64 -> doubles(block, count);
      case BOOL -> booleans(cursor, start, block, count, what);
      case STRING, ARRAY -> throw new AssertionError("handled above");
    };
  }

  private static int[] smallIntegers(ByteBuffer block, GgufValueType type, int count) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (type) {
            case UINT8 -> Byte.toUnsignedInt(block.get());
            case INT8 -> block.get();
            case UINT16 -> Short.toUnsignedInt(block.getShort());
            case INT16 -> block.getShort();
            default -> throw new AssertionError(type + " is no small integer");
          };
    }
    return values;
  }

  private static int[] ints(ByteBuffer block, int count) {
    int[] values = new int[count];
    block.asIntBuffer().get(values);
    return values;
  }

  private static long[] longs(ByteBuffer block, int count) {
    long[] values = new long[count];
    block.asLongBuffer().get(values);
    return values;
  }

  private static float[] floats(ByteBuffer block, int count) {
    float[] values = new float[count];
    block.asFloatBuffer().get(values);
    return values;
  }

  private static double[] doubles(ByteBuffer block, int count) {
    double[] values = new double[count];
    block.asDoubleBuffer().get(values);
    return values;
  }

  private static long[] unsignedLongs(GgufCursor cursor, int start, long[] values, String what) {
    for (int i = 0; i < values.length; i++) {
      checkUnsigned(cursor, start + Long.BYTES * i, values[i], what);
    }
    return values;
  }

  private static boolean[] booleans(
      GgufCursor cursor, int start, ByteBuffer block, int count, String what) {
    boolean[] values = new boolean[count];
    for (int i = 0; i < count; i++) {
      values[i] = checkedBoolean(cursor, start + i, block.get(), what);
    }
    return values;
  }

  private static long checkUnsigned(GgufCursor cursor, int offset, long value, String what) {
    if (value < 0) {
      throw cursor.error(
          offset,
          "%s: expected an integer below 2^63, found %s"
              .formatted(what, Long.toUnsignedString(value)));
    }
    return value;
  }

  private static boolean checkedBoolean(GgufCursor cursor, int offset, byte value, String what) {
    if (value != 0 && value != 1) {
      throw cursor.error(
          offset, "%s: expected a boolean, 0 or 1, found %d".formatted(what, value & 0xFF));
    }
    return value == 1;
  }
}
