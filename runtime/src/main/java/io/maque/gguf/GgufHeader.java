package io.maque.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything before the tensor data of one GGUF file, in the order of the file:
 *
 * <pre>
 *   "GGUF"  version:u32  tensor count:u64  key count:u64
 *   key count × { key:string  kind:u32  value }
 *   tensor count × { name:string  rank:u32  extents:u64[rank]  ggml type:u32  offset:u64 }
 *   padding to the alignment; offsets count from here
 * </pre>
 *
 * Versions 2 and 3 are laid out alike when little-endian. Arrays of arrays are refused: no known
 * model uses them, and they are how a few bytes ask for deep recursion.
 *
 * @param tensors the directory, every entry proven to lie inside the file
 */
record GgufHeader(
    int version, GgufMetadata metadata, long alignment, List<TensorDirectory.Entry> tensors) {

  private static final int MAGIC = 0x46554747; // "GGUF"
  private static final int MIN_VERSION = 2;
  private static final int MAX_VERSION = 3;
  static final String ALIGNMENT_KEY = "general.alignment";
  static final int DEFAULT_ALIGNMENT = 32;
  private static final int MIN_ALIGNMENT = 8;
  private static final int MAX_ALIGNMENT = 2 << 20;

  /** The smallest key: empty name, kind, one byte of value. */
  private static final int MIN_KEY_BYTES = Long.BYTES + Integer.BYTES + 1;

  /** What an entry of the metadata map takes on the heap, beside the characters of its key. */
  private static final int KEY_HEAP_BYTES = 200;

  static GgufHeader read(String file, MemorySegment segment) {
    GgufCursor cursor = new GgufCursor(file, segment);
    int version = readVersion(cursor, segment);
    int tensorCount = cursor.count("the tensor count", TensorDirectory.MIN_ENTRY_BYTES);
    int keyCount = cursor.count("the key count", MIN_KEY_BYTES);
    GgufMetadata metadata = readMetadata(cursor, file, keyCount);
    long alignment = alignment(cursor, metadata);
    List<TensorDirectory.Entry> tensors =
        TensorDirectory.read(cursor, tensorCount, alignment, segment.byteSize());
    return new GgufHeader(version, metadata, alignment, tensors);
  }

  private static int readVersion(GgufCursor cursor, MemorySegment segment) {
    if (segment.byteSize() == 0) {
      throw cursor.error(0, "expected a GGUF file, found an empty file; fetch it again");
    }
    int magic = cursor.int32("the magic number");
    if (magic != MAGIC) {
      throw cursor.error(0, "expected the magic \"GGUF\", found " + describe(magic));
    }
    int version = cursor.int32("the version");
    if (version != 0 && (version & 0xFFFF) == 0) {
      throw cursor.error(
          4,
          "the file is big-endian (version %d), expected little-endian; convert its byte order"
              .formatted(Integer.reverseBytes(version)));
    }
    if (version < MIN_VERSION || version > MAX_VERSION) {
      throw cursor.error(
          4,
          "expected GGUF version %d or %d, found %s; convert the model again with current tools"
              .formatted(MIN_VERSION, MAX_VERSION, Integer.toUnsignedString(version)));
    }
    return version;
  }

  /** What the first four bytes of a file that is no GGUF file tell the user. */
  private static String describe(int magic) {
    byte[] bytes = {(byte) magic, (byte) (magic >> 8), (byte) (magic >> 16), (byte) (magic >> 24)};
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String hex = "0x%08x".formatted(Integer.reverseBytes(magic));
    return switch (text) {
      case "lmgg", "fmgg", "tjgg", "algg" ->
          hex + ", a format that preceded GGUF; fetch a newer conversion of the model";
      case "vers" -> hex + ", probably a Git LFS pointer; fetch the file it stands for";
      case "PK\3\4" -> hex + ", a PyTorch or zip file; convert it to GGUF first";
      default ->
          text.startsWith("<")
              ? hex + ", probably a web page saved in place of the model; fetch it again"
              : hex;
    };
  }

  private static GgufMetadata readMetadata(GgufCursor cursor, String file, int count) {
    Map<String, Object> values = LinkedHashMap.newLinkedHashMap(Math.min(count, 1 << 10));
    Map<String, GgufValueType> types = LinkedHashMap.newLinkedHashMap(Math.min(count, 1 << 10));
    for (int i = 0; i < count; i++) {
      int start = cursor.position();
      cursor.reserveHeap(KEY_HEAP_BYTES, "the key list");
      String key = cursor.name("a key");
      String what = "key " + Quoted.of(key);
      GgufValueType type = readType(cursor, what);
      GgufValueType stored = type;
      Object value;
      if (type == GgufValueType.ARRAY) {
        stored = readType(cursor, what);
        value = GgufValues.readArray(cursor, stored, what);
      } else {
        value = GgufValues.readScalar(cursor, type, what);
      }
      if (values.putIfAbsent(key, value) != null) {
        throw cursor.error(start, what + " occurs twice");
      }
      types.put(key, stored);
    }
    return new GgufMetadata(file, values, types);
  }

  private static GgufValueType readType(GgufCursor cursor, String what) {
    int start = cursor.position();
    int id = cursor.int32(what);
    return GgufValueType.findById(id)
        .orElseThrow(() ->
            cursor.error(
                start,
                "%s: expected a value kind from 0 to %d, found %s"
                    .formatted(
                        what, GgufValueType.values().length - 1, Integer.toUnsignedString(id))));
  }

  private static long alignment(GgufCursor cursor, GgufMetadata metadata) {
    long alignment = metadata.findInteger(ALIGNMENT_KEY).orElse((long) DEFAULT_ALIGNMENT);
    if (!isAlignment(alignment)) {
      throw cursor.error(
          cursor.position(),
          "key %s: expected a power of two from %d to %d, found %d"
              .formatted(ALIGNMENT_KEY, MIN_ALIGNMENT, MAX_ALIGNMENT, alignment));
    }
    return alignment;
  }

  /**
   * Whether tensor data may be aligned so. The specification asks for a multiple of 8, the
   * reference implementation for a power of two; no file needs more than the largest page.
   */
  static boolean isAlignment(long alignment) {
    return alignment >= MIN_ALIGNMENT
        && alignment <= MAX_ALIGNMENT
        && Long.bitCount(alignment) == 1;
  }
}
