package io.maque.gguf;

import io.maque.tensor.Shape;
import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the tensor directory of one file and proves that every tensor lies inside the file. */
final class TensorDirectory {

  /** The smallest entry: empty name, rank, one extent, type, offset. */
  static final int MIN_ENTRY_BYTES =
      Long.BYTES + Integer.BYTES + Long.BYTES + Integer.BYTES + Long.BYTES;

  private static final int MAX_RANK = 4;

  /** What an entry and its tensor take on the heap, beside the characters of the name. */
  private static final int ENTRY_HEAP_BYTES = 500;

  /**
   * One tensor as the file lists it.
   *
   * @param directoryOffset where its directory entry stands in the file, for messages
   * @param offset where its data starts, from the start of the file
   * @param byteSize length of its data
   */
  record Entry(
      String name, TensorType type, Shape shape, int directoryOffset, long offset, long byteSize) {

    Entry movedBy(long distance) {
      return new Entry(name, type, shape, directoryOffset, offset + distance, byteSize);
    }
  }

  private TensorDirectory() {}

  static List<Entry> read(GgufCursor cursor, int count, long alignment, long fileSize) {
    List<Entry> relative = new ArrayList<>(Math.min(count, 1 << 12));
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      cursor.reserveHeap(ENTRY_HEAP_BYTES, "the tensor directory");
      Entry entry = readEntry(cursor, alignment);
      if (!names.add(entry.name())) {
        throw cursor.error(
            entry.directoryOffset(), "tensor %s occurs twice".formatted(Quoted.of(entry.name())));
      }
      relative.add(entry);
    }
    long base = (cursor.position() + alignment - 1) / alignment * alignment;
    List<Entry> entries = new ArrayList<>(count);
    for (Entry entry : relative) {
      entries.add(placed(cursor, entry, base, fileSize));
    }
    refuseOverlap(cursor, entries);
    return List.copyOf(entries);
  }

  private static Entry readEntry(GgufCursor cursor, long alignment) {
    int start = cursor.position();
    String name = cursor.name("a tensor name");
    String what = "tensor " + Quoted.of(name);
    int rank = cursor.int32(what);
    if (rank < 1 || rank > MAX_RANK) {
      throw cursor.error(
          start,
          "%s: expected 1 to %d dimensions, found %s"
              .formatted(what, MAX_RANK, Integer.toUnsignedString(rank)));
    }
    long[] extents = new long[rank];
    for (int i = 0; i < rank; i++) {
      extents[i] = cursor.int64(what);
    }
    TensorType type = type(cursor, start, what, cursor.int32(what));
    checkExtents(cursor, start, what, extents, type);
    Shape shape = Shape.of(extents);
    long offset = cursor.int64(what);
    if (offset < 0 || offset % alignment != 0) {
      throw cursor.error(
          start,
          "%s: expected a data offset that is a multiple of %d, found %s"
              .formatted(what, alignment, Long.toUnsignedString(offset)));
    }
    return new Entry(name, type, shape, start, offset, byteSize(type, shape));
  }

  /** Refuses extents whose rows, columns or bytes would not fit the types that later hold them. */
  private static void checkExtents(
      GgufCursor cursor, int start, String what, long[] extents, TensorType type) {
    long rows = 1;
    for (int i = 0; i < extents.length; i++) {
      boolean fits = extents[i] > 0 && extents[i] <= Integer.MAX_VALUE;
      rows = i > 0 && fits ? rows * extents[i] : rows;
      if (!fits || rows > Integer.MAX_VALUE) {
        throw cursor.error(
            start,
            "%s: expected positive extents with at most %d rows of at most %d elements, found %s"
                .formatted(what, Integer.MAX_VALUE, Integer.MAX_VALUE, Arrays.toString(extents)));
      }
    }
    if (extents[0] % type.blockSize() != 0) {
      throw cursor.error(
          start,
          "%s: expected rows of whole %s blocks of %d elements, found rows of %d"
              .formatted(what, type, type.blockSize(), extents[0]));
    }
  }

  /**
   * Bytes of all rows; {@code Long.MAX_VALUE}, which no file holds, where the product overflows.
   */
  private static long byteSize(TensorType type, Shape shape) {
    long rowBytes = type.bytes(shape.columns());
    return rowBytes > Long.MAX_VALUE / shape.rows() ? Long.MAX_VALUE : rowBytes * shape.rows();
  }

  private static TensorType type(GgufCursor cursor, int start, String what, int id) {
    return TensorType.findByGgmlId(id)
        .orElseThrow(() ->
            cursor.error(
                start,
                "%s: type %s is not supported; use a file of the model quantised as one of %s"
                    .formatted(what, typeName(id), Arrays.toString(TensorType.values()))));
  }

  /** Published names of ggml types that Maque does not read, so that a message can say them. */
  private static String typeName(int id) {
    String name =
        switch (id) {
          case 4 -> "Q4_2, removed from GGUF";
          case 5 -> "Q4_3, removed from GGUF";
          case 9 -> "Q8_1";
          case 15 -> "Q8_K";
          case 16 -> "IQ2_XXS";
          case 17 -> "IQ2_XS";
          case 18 -> "IQ3_XXS";
          case 19 -> "IQ1_S";
          case 21 -> "IQ3_S";
          case 22 -> "IQ2_S";
          case 23 -> "IQ4_XS";
          case 24 -> "I8";
          case 25 -> "I16";
          case 26 -> "I32";
          case 27 -> "I64";
          case 28 -> "F64";
          case 29 -> "IQ1_M";
          case 31 -> "Q4_0_4_4, removed from GGUF";
          case 32 -> "Q4_0_4_8, removed from GGUF";
          case 33 -> "Q4_0_8_8, removed from GGUF";
          case 34 -> "TQ1_0";
          case 35 -> "TQ2_0";
          case 36 -> "IQ4_NL_4_4, removed from GGUF";
          case 37 -> "IQ4_NL_4_8, removed from GGUF";
          case 38 -> "IQ4_NL_8_8, removed from GGUF";
          case 39 -> "MXFP4";
          case 40 -> "NVFP4";
          case 41 -> "Q1_0";
          case 42 -> "Q2_0";
          default -> "unknown";
        };
    return "%s (%s)".formatted(Integer.toUnsignedString(id), name);
  }

  /** The entry with its offset counted from the start of the file, proven to end inside it. */
  private static Entry placed(GgufCursor cursor, Entry entry, long base, long fileSize) {
    long room = fileSize - base;
    if (entry.byteSize() > room || entry.offset() > room - entry.byteSize()) {
      throw cursor.error(
          entry.directoryOffset(),
          "tensor %s: its %d bytes at %d + %d end beyond the file of %d bytes; fetch the file again"
              .formatted(
                  Quoted.of(entry.name()), entry.byteSize(), base, entry.offset(), fileSize));
    }
    return entry.movedBy(base);
  }

  private static void refuseOverlap(GgufCursor cursor, List<Entry> entries) {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort((a, b) -> Long.compare(a.offset(), b.offset()));
    for (int i = 1; i < ordered.size(); i++) {
      Entry before = ordered.get(i - 1);
      Entry entry = ordered.get(i);
      if (entry.offset() < before.offset() + before.byteSize()) {
        throw cursor.error(
            entry.directoryOffset(),
            "tensor %s: its data starts at %d, inside that of tensor %s"
                .formatted(Quoted.of(entry.name()), entry.offset(), Quoted.of(before.name())));
      }
    }
  }
}
