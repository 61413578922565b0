package io.maque.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Activations: {@code rows × columns} f32 values outside the heap, row-major without padding. Row
 * {@code t} usually belongs to token {@code t} of a batch. A matrix is a view; {@link
 * #firstRows(int)} shares memory with its origin.
 *
 * @param data 64-byte aligned when made by {@link #allocate}
 */
public record FloatMatrix(MemorySegment data, int rows, int columns) {

  /** Alignment of freshly allocated activations: one cache line, one AVX-512 register. */
  private static final int ALIGNMENT_BYTES = 64;

  public FloatMatrix {
    if (rows < 0 || columns <= 0 || data.byteSize() < (long) rows * columns * Float.BYTES) {
      throw new IllegalArgumentException(
          "expected memory for %d × %d floats, found %d bytes"
              .formatted(rows, columns, data.byteSize()));
    }
  }

  /** A zeroed matrix whose memory lives as long as {@code arena}. */
  public static FloatMatrix allocate(Arena arena, int rows, int columns) {
    long bytes = Math.max(1, (long) rows * columns) * Float.BYTES;
    return new FloatMatrix(arena.allocate(bytes, ALIGNMENT_BYTES), rows, columns);
  }

  /** The value at row {@code row}, column {@code column}. */
  public float get(int row, int column) {
    return data.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, (long) row * columns + column);
  }

  /** Sets one value. */
  public void set(int row, int column, float value) {
    data.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, (long) row * columns + column, value);
  }

  /** Byte offset of a row in {@link #data}. */
  public long offset(int row) {
    return (long) row * columns * Float.BYTES;
  }

  /** The memory of one row. */
  public MemorySegment row(int row) {
    return data.asSlice(offset(row), (long) columns * Float.BYTES);
  }

  /** The first {@code count} rows, sharing memory. */
  public FloatMatrix firstRows(int count) {
    return rows(0, count);
  }

  /** {@code count} rows from row {@code first} on, sharing memory. */
  public FloatMatrix rows(int first, int count) {
    return new FloatMatrix(data.asSlice(offset(first), offset(count)), count, columns);
  }

  /** A copy of one row on the heap. */
  public float[] toArray(int row) {
    return row(row).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  /**
   * Makes some rows the first ones; what becomes of the others is not said.
   *
   * @param kept indices of rows, ascending
   */
  public void moveUp(int[] kept) {
    for (int i = 0; i < kept.length; i++) {
      if (kept[i] != i) {
        MemorySegment.copy(data, offset(kept[i]), data, offset(i), offset(1));
      }
    }
  }
}
