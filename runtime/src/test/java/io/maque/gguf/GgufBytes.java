package io.maque.gguf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes GGUF byte by byte, wrong ones included, which {@link GgufWriter} refuses to do. */
final class GgufBytes {
  static final int MAGIC = 0x46554747;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** A version 3 file up to and including the counts. */
  static GgufBytes header(long tensors, long keys) {
    return new GgufBytes().u32(MAGIC).u32(3).u64(tensors).u64(keys);
  }

  GgufBytes u8(int value) {
    bytes.write(value);
    return this;
  }

  GgufBytes u32(long value) {
    return raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array());
  }

  GgufBytes u64(long value) {
    return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  GgufBytes string(String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    return u64(encoded.length).raw(encoded);
  }

  GgufBytes key(String key, GgufValueType type) {
    return string(key).u32(type.ordinal());
  }

  /** A directory entry. */
  GgufBytes tensor(String name, long typeId, long offset, long... extents) {
    string(name).u32(extents.length);
    for (long extent : extents) {
      u64(extent);
    }
    return u32(typeId).u64(offset);
  }

  /** Padding to the default alignment, then {@code size} bytes of data. */
  GgufBytes data(int size) {
    while (bytes.size() % 32 != 0) {
      u8(0);
    }
    return raw(new byte[size]);
  }

  GgufBytes raw(byte... values) {
    bytes.writeBytes(values);
    return this;
  }

  byte[] toArray() {
    return bytes.toByteArray();
  }

  /** Reads the header as from a file called {@code bad.gguf}. */
  GgufHeader read() {
    return GgufHeader.read("bad.gguf", MemorySegment.ofArray(toArray()));
  }
}
