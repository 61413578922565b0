package io.maque.cache;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.maque.memory.LazyMemory;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The KV cache of one model: a fixed pool of equal blocks outside the heap, handed out to many
 * sequences (paged attention, Kwon et al. 2023, arXiv 2309.06180). Used by the engine thread only.
 */
public final class KvCache implements AutoCloseable {
  private final KvLayout layout;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment pool;
  private final int[] free;
  private int freeCount;

  /**
   * Reserves the pool. The operating system backs its pages only when they are first written, so an
   * idle cache costs address space, not memory.
   *
   * @param blocks number of blocks in the pool, at least 1
   */
  public KvCache(KvLayout layout, int blocks) {
    if (blocks < 1) {
      throw new IllegalArgumentException("expected at least one block, found " + blocks);
    }
    this.layout = layout;
    this.pool = LazyMemory.allocate(arena, Math.multiplyExact(layout.blockBytes(), (long) blocks));
    this.free = new int[blocks];
    for (int i = 0; i < blocks; i++) {
      free[i] = blocks - 1 - i;
    }
    this.freeCount = blocks;
  }

  /** The layout of every block. */
  public KvLayout layout() {
    return layout;
  }

  /** Memory of all blocks. */
  public MemorySegment pool() {
    return pool;
  }

  /** Blocks in the pool. */
  public int capacity() {
    return free.length;
  }

  /** Blocks not in use. */
  public int freeBlocks() {
    return freeCount;
  }

  /**
   * Grows a table until it covers {@code positions} positions; takes nothing when the pool cannot
   * cover them.
   *
   * @return whether the table now covers them
   */
  public boolean reserve(BlockTable table, int positions) {
    int needed = Math.ceilDiv(positions, layout.blockTokens()) - table.count();
    if (needed > freeCount) {
      return false;
    }
    for (int i = 0; i < needed; i++) {
      int block = free[--freeCount];
      table.append(block, block * layout.blockBytes());
    }
    return true;
  }

  /** Gives back the blocks beyond those that cover {@code positions} positions. */
  public void truncate(BlockTable table, int positions) {
    int kept = Math.ceilDiv(positions, layout.blockTokens());
    while (table.count() > kept) {
      free[freeCount++] = table.removeLast();
    }
  }

  /** Gives back all blocks of a table. */
  public void release(BlockTable table) {
    truncate(table, 0);
  }

  /**
   * Stores the key and the value of one K/V head at one position, converted to the layout's type.
   *
   * @param table covers {@code position}
   * @param key f32, {@code keyLength} values from byte {@code keyOffset}
   * @param value f32, {@code valueLength} values from byte {@code valueOffset}
   */
  public void write(
      BlockTable table,
      int position,
      int layer,
      int headKv,
      MemorySegment key,
      long keyOffset,
      MemorySegment value,
      long valueOffset) {
    long block = table.offset(position / layout.blockTokens());
    int slot = position % layout.blockTokens();
    store(key, keyOffset, layout.keyLength(), block + layout.keyOffset(layer, headKv), slot);
    store(
        value, valueOffset, layout.valueLength(), block + layout.valueOffset(layer, headKv), slot);
  }

  private void store(MemorySegment from, long fromOffset, int length, long base, int slot) {
    long to = base + (long) slot * layout.type().bytes(length);
    if (layout.type() == TensorType.F32) {
      MemorySegment.copy(from, fromOffset, pool, to, (long) length * Float.BYTES);
      return;
    }
    for (int i = 0; i < length; i++) {
      float value = from.get(JAVA_FLOAT_UNALIGNED, fromOffset + (long) i * Float.BYTES);
      pool.set(JAVA_SHORT_UNALIGNED, to + (long) i * Short.BYTES, Float.floatToFloat16(value));
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
