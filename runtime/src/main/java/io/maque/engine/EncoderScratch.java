package io.maque.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Scratch memory of an image encoder. One block is kept from picture to picture, since the page
 * faults of fresh memory would cost a fortieth of the time of a picture (20 of 780 ms of CLIP-L).
 * Used by the engine thread.
 */
final class EncoderScratch implements AutoCloseable {
  /**
   * What is larger is freed behind its picture: a single huge one must not hold memory for ever.
   */
  private static final long MOST_KEPT_BYTES = 256L << 20;

  private static final long ALIGNMENT_BYTES = 64;

  private final long mostKeptBytes;
  private Arena kept = Arena.ofShared();
  private MemorySegment block = MemorySegment.NULL;

  EncoderScratch() {
    this(MOST_KEPT_BYTES);
  }

  EncoderScratch(long mostKeptBytes) {
    this.mostKeptBytes = mostKeptBytes;
  }

  /**
   * Memory for one picture, zeroed like that of any arena. To be closed before the next picture:
   * what lies in the block is then handed out again.
   */
  Arena open() {
    return new Picture();
  }

  /** Bytes that are kept. */
  long keptBytes() {
    return block.byteSize();
  }

  /** Parts of the block one behind the other, and memory of its own when that is used up. */
  private final class Picture implements Arena {
    private final Arena own = Arena.ofShared();
    private long used;

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      long begin = Math.ceilDiv(used, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
      used = begin + byteSize;
      return used <= block.byteSize() && byteAlignment <= ALIGNMENT_BYTES
          ? block.asSlice(begin, byteSize).fill((byte) 0)
          : own.allocate(byteSize, byteAlignment);
    }

    @Override
    public MemorySegment.Scope scope() {
      return own.scope();
    }

    @Override
    public void close() {
      own.close();
      keep(used);
    }
  }

  private void keep(long bytes) {
    if (bytes > block.byteSize() && bytes <= mostKeptBytes) {
      kept.close();
      kept = Arena.ofShared();
      block = kept.allocate(bytes, ALIGNMENT_BYTES);
    }
  }

  @Override
  public void close() {
    kept.close();
  }
}
