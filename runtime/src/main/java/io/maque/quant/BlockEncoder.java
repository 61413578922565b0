package io.maque.quant;

import java.lang.foreign.MemorySegment;

/**
 * A format that can also be written: f32 values become the bytes that the reference would write.
 */
public interface BlockEncoder extends BlockFormat {

  /**
   * Encodes one block. Values are expected to be finite; what others become is not defined.
   *
   * @param source holds {@code type().blockSize()} values from index {@code at} on
   * @param target receives the block at byte {@code offset}
   */
  void encodeBlock(float[] source, int at, MemorySegment target, long offset);

  /**
   * Encodes {@code count} consecutive values.
   *
   * @param source holds the values from index {@code at} on
   * @param target receives the first block at byte {@code offset}
   * @throws IllegalArgumentException when {@code count} is not a whole number of blocks
   * @throws IndexOutOfBoundsException when the source or the target is too small
   */
  default void encode(float[] source, int at, int count, MemorySegment target, long offset) {
    long end = offset + type().bytes(count);
    int from = at;
    for (long to = offset; to < end; to += type().blockBytes()) {
      encodeBlock(source, from, target, to);
      from += type().blockSize();
    }
  }
}
