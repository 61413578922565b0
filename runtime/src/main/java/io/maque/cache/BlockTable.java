package io.maque.cache;

import java.util.Arrays;

/**
 * The blocks of the KV cache that hold one sequence, in order of position. Grown and cleared only
 * through {@link KvCache}; read by the model.
 */
public final class BlockTable {
  private int[] blocks = new int[8];
  private long[] offsets = new long[8];
  private int count;

  /** Number of blocks. */
  public int count() {
    return count;
  }

  /** The pool's number of block {@code i}. */
  public int block(int i) {
    return blocks[i];
  }

  /** Byte offset in the pool of block {@code i}. */
  public long offset(int i) {
    return offsets[i];
  }

  /**
   * Byte offsets of the blocks in the pool; valid up to {@link #count()}. Shared, not copied: read
   * only, and only until the table next grows.
   */
  public long[] offsets() {
    return offsets;
  }

  void append(int block, long offset) {
    if (count == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * count);
      offsets = Arrays.copyOf(offsets, 2 * count);
    }
    blocks[count] = block;
    offsets[count] = offset;
    count++;
  }

  void replace(int i, int block, long offset) {
    blocks[i] = block;
    offsets[i] = offset;
  }

  /** Removes the last block and returns its number in the pool. */
  int removeLast() {
    return blocks[--count];
  }
}
