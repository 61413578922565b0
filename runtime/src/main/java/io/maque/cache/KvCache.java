package io.maque.cache;

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
    this.pool = arena.allocate(Math.multiplyExact(layout.blockBytes(), (long) blocks), 64);
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

  @Override
  public void close() {
    arena.close();
  }
}
