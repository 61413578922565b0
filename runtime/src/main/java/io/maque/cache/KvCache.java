package io.maque.cache;

import io.maque.cache.PrefixIndex.Node;
import io.maque.memory.LazyMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The KV cache of one model: a fixed pool of equal blocks outside the heap, handed out to many
 * sequences (paged attention, Kwon et al. 2023, arXiv 2309.06180). Used by the engine thread only.
 *
 * <p>A block whose positions are all computed may be {@link #publish published} with its tokens;
 * sequences that begin with the same tokens then hold it together. A block that is not full is
 * copied instead. A published block that nobody holds keeps its content until the room is needed,
 * least recently used first.
 */
public final class KvCache implements AutoCloseable {
  private static final int NONE = -1;

  private final KvLayout layout;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment pool;
  private final PrefixIndex prefixes;

  /** Tables that hold each block. */
  private final int[] holders;

  /** A stack: what was used last is used again first, so that few pages are ever written. */
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
    this.prefixes = new PrefixIndex(blocks);
    this.holders = new int[blocks];
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

  /** Blocks that hold nothing. */
  public int freeBlocks() {
    return freeCount;
  }

  /** Blocks that nobody holds and whose content is kept until they are needed. */
  public int retainedBlocks() {
    return prefixes.unheld();
  }

  /**
   * Grows a table until it covers {@code positions} positions; takes nothing when the pool cannot
   * cover them.
   *
   * @return whether the table now covers them
   */
  public boolean reserve(BlockTable table, int positions) {
    int needed = Math.ceilDiv(positions, layout.blockTokens()) - table.count();
    if (needed > freeCount + prefixes.unheld()) {
      return false;
    }
    for (int i = 0; i < needed; i++) {
      append(table, take());
    }
    return true;
  }

  /** Lets go of all blocks of a table, the last first. */
  public void release(BlockTable table) {
    while (table.count() > 0) {
      letGo(table.removeLast());
    }
  }

  /**
   * How many of the first tokens of a text have keys and values here.
   *
   * @param limit most tokens to look at
   */
  public int cached(int[] tokens, int limit) {
    List<Node> path = path(tokens, limit);
    IntBuffer rest = rest(path, tokens, limit);
    Node closest = prefixes.closest(last(path), rest);
    return rest.position() + (closest == null ? 0 : prefixes.common(closest, rest));
  }

  /**
   * Blocks that a text would hold together with sequences that hold them now.
   *
   * @param limit most tokens to look at
   */
  public int heldBlocks(int[] tokens, int limit) {
    int held = 0;
    for (Node node : path(tokens, limit)) {
      held += holders[node.block()] > 0 ? 1 : 0;
    }
    return held;
  }

  /**
   * Gives an empty table what is here of the first tokens of a text: full blocks together with
   * others, and a copy of the block in which the text goes its own way.
   *
   * @param limit most tokens to take over
   * @return how many positions hold keys and values now
   */
  public int share(BlockTable table, int[] tokens, int limit) {
    List<Node> path = path(tokens, limit);
    for (Node node : path) {
      hold(node.block());
      append(table, node.block());
    }
    IntBuffer rest = rest(path, tokens, limit);
    Node closest = prefixes.closest(last(path), rest);
    if (closest == null) {
      return rest.position();
    }
    int common = prefixes.common(closest, rest);
    return rest.position() + (copy(closest, table) ? common : 0);
  }

  /** The full blocks that hold the first tokens of a text. */
  private List<Node> path(int[] tokens, int limit) {
    List<Node> path = new ArrayList<>();
    IntBuffer part = IntBuffer.wrap(tokens);
    int blockTokens = layout.blockTokens();
    for (int end = blockTokens; end <= limit; end += blockTokens) {
      part.limit(end).position(end - blockTokens);
      Node next = prefixes.child(last(path), part);
      if (next == null) {
        break;
      }
      path.add(next);
    }
    return path;
  }

  private Node last(List<Node> path) {
    return path.isEmpty() ? prefixes.root() : path.getLast();
  }

  private IntBuffer rest(List<Node> path, int[] tokens, int limit) {
    return IntBuffer.wrap(tokens).limit(limit).position(path.size() * layout.blockTokens());
  }

  /** Appends a copy of a node's block, if there is room for it. */
  private boolean copy(Node node, BlockTable table) {
    if (holders[node.block()] == 0) {
      // Used just now: others go first. If it must go itself, its block is its own copy.
      prefixes.hold(node);
      prefixes.letGo(node);
    }
    int block = take();
    if (block == NONE) {
      return false;
    }
    long bytes = layout.blockBytes();
    MemorySegment.copy(pool, node.block() * bytes, pool, block * bytes, bytes);
    append(table, block);
    return true;
  }

  /**
   * Lets other sequences find what a table holds. Where a block with the same tokens is known
   * already, the table takes that one and frees its own: the same tokens have the same keys and
   * values, to the bit.
   *
   * @param tokens of the table's sequence
   * @param count how many of them have keys and values
   */
  public void publish(BlockTable table, int[] tokens, int count) {
    IntBuffer part = IntBuffer.wrap(tokens);
    Node parent = prefixes.root();
    for (int i = 0; i * layout.blockTokens() < count; i++) {
      int begin = i * layout.blockTokens();
      part.limit(Math.min(begin + layout.blockTokens(), count)).position(begin);
      parent = publish(table, i, parent, part);
    }
  }

  private Node publish(BlockTable table, int i, Node parent, IntBuffer tokens) {
    int block = table.block(i);
    Node own = prefixes.of(block);
    if (own != null && own.length() == tokens.remaining()) {
      return own;
    }
    if (own != null) {
      // It was not full when it was published, and has more tokens now.
      prefixes.remove(own);
    }
    if (tokens.remaining() < layout.blockTokens()) {
      Node closest = prefixes.closest(parent, tokens);
      boolean known = closest != null && prefixes.common(closest, tokens) == tokens.remaining();
      return known ? closest : prefixes.add(parent, block, tokens);
    }
    Node same = prefixes.child(parent, tokens);
    if (same == null) {
      return prefixes.add(parent, block, tokens);
    }
    hold(same.block());
    table.replace(i, same.block(), same.block() * layout.blockBytes());
    letGo(block);
    return same;
  }

  private void append(BlockTable table, int block) {
    table.append(block, block * layout.blockBytes());
  }

  /** A block that nobody holds, held from now on; {@link #NONE} when there is none. */
  private int take() {
    if (freeCount == 0 && prefixes.unheld() == 0) {
      return NONE;
    }
    int block = freeCount > 0 ? free[--freeCount] : prefixes.evict();
    holders[block] = 1;
    return block;
  }

  private void hold(int block) {
    if (holders[block]++ == 0) {
      prefixes.hold(prefixes.of(block));
    }
  }

  private void letGo(int block) {
    if (--holders[block] > 0) {
      return;
    }
    Node node = prefixes.of(block);
    if (node == null) {
      free[freeCount++] = block;
    } else {
      prefixes.letGo(node);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
