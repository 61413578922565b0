package io.maque.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes little-endian GGUF primitives to a channel through a small buffer, and counts bytes. */
final class GgufSink {
  private static final int BUFFER_BYTES = 64 << 10;

  private final WritableByteChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long flushed;

  GgufSink(WritableByteChannel channel) {
    this.channel = channel;
  }

  long position() {
    return flushed + buffer.position();
  }

  void int8(int value) throws IOException {
    room(1).put((byte) value);
  }

  void int16(int value) throws IOException {
    room(2).putShort((short) value);
  }

  void int32(int value) throws IOException {
    room(4).putInt(value);
  }

  void int64(long value) throws IOException {
    room(8).putLong(value);
  }

  void string(String value) throws IOException {
    string(value.getBytes(StandardCharsets.UTF_8));
  }

  void string(byte[] encoded) throws IOException {
    int64(encoded.length);
    bytes(ByteBuffer.wrap(encoded));
  }

  /** Zero bytes up to the next multiple of {@code alignment}. */
  void pad(int alignment) throws IOException {
    while (position() % alignment != 0) {
      int8(0);
    }
  }

  void bytes(ByteBuffer source) throws IOException {
    flush();
    flushed += source.remaining();
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  void flush() throws IOException {
    buffer.flip();
    flushed += buffer.remaining();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  /** A single value, or all elements of an array, of the Java types that GgufMetadata lists. */
  void value(String key, GgufValueType type, Object value) throws IOException {
    switch (value) {
      case int[] elements -> {
        for (int element : elements) {
          integer(key, type, element);
        }
      }
      case long[] elements -> {
        for (long element : elements) {
          integer(key, type, element);
        }
      }
      case float[] elements -> {
        for (float element : elements) {
          number(key, type, element);
        }
      }
      case double[] elements -> {
        for (double element : elements) {
          number(key, type, element);
        }
      }
      case boolean[] elements -> {
        for (boolean element : elements) {
          bool(key, type, element);
        }
      }
      case GgufStrings elements -> {
        expect(key, type == GgufValueType.STRING, type, value);
        for (int i = 0; i < elements.size(); i++) {
          string(elements.bytes(i));
        }
      }
      case List<?> elements -> {
        for (Object element : elements) {
          text(key, type, element);
        }
      }
      case Long v -> integer(key, type, v);
      case Double v -> number(key, type, v);
      case Boolean v -> bool(key, type, v);
      default -> text(key, type, value);
    }
  }

  private void integer(String key, GgufValueType type, long value) throws IOException {
    switch (type) {
      case UINT8 -> int8((int) inRange(key, type, value, 0, 0xFF));
      case INT8 -> int8((int) inRange(key, type, value, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case UINT16 -> int16((int) inRange(key, type, value, 0, 0xFFFF));
      case INT16 -> int16((int) inRange(key, type, value, Short.MIN_VALUE, Short.MAX_VALUE));
      case UINT32 -> int32((int) inRange(key, type, value, 0, 0xFFFF_FFFFL));
      case INT32 -> int32((int) inRange(key, type, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case UINT64 -> int64(inRange(key, type, value, 0, Long.MAX_VALUE));
      case INT64 -> int64(value);
      default -> expect(key, false, type, value);
    }
  }

  private void number(String key, GgufValueType type, double value) throws IOException {
    switch (type) {
      case FLOAT32 -> int32(Float.floatToRawIntBits((float) value));
      case FLOAT64 -> int64(Double.doubleToRawLongBits(value));
      default -> expect(key, false, type, value);
    }
  }

  private void bool(String key, GgufValueType type, boolean value) throws IOException {
    expect(key, type == GgufValueType.BOOL, type, value);
    int8(value ? 1 : 0);
  }

  private void text(String key, GgufValueType type, Object value) throws IOException {
    expect(key, type == GgufValueType.STRING && value instanceof String, type, value);
    string((String) value);
  }

  private static long inRange(String key, GgufValueType type, long value, long min, long max) {
    expect(key, value >= min && value <= max, type, value);
    return value;
  }

  private static void expect(String key, boolean fits, GgufValueType type, Object value) {
    if (!fits) {
      throw new IllegalArgumentException(
          "key %s: expected a value of kind %s, found %s".formatted(key, type, value));
    }
  }

  private ByteBuffer room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }
}
