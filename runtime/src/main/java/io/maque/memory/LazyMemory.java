package io.maque.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Large zeroed memory of which only the pages that are written cost anything. {@link
 * Arena#allocate} writes zeros to all of it; the C library's {@code calloc} takes fresh pages from
 * the operating system, which are zero already and backed when first written.
 */
public final class LazyMemory {
  private static final long ALIGNMENT_BYTES = 64;

  private LazyMemory() {}

  /**
   * Zeroed memory, 64-byte aligned, that lives as long as {@code arena}. Where the JVM was started
   * without native access it comes from {@link Arena#allocate} and is backed at once.
   *
   * @throws OutOfMemoryError when the operating system refuses so much address space
   */
  public static MemorySegment allocate(Arena arena, long bytes) {
    if (!LazyMemory.class.getModule().isNativeAccessEnabled()) {
      return arena.allocate(bytes, ALIGNMENT_BYTES);
    }
    long padded = Math.addExact(bytes, ALIGNMENT_BYTES);
    MemorySegment memory = CLibrary.calloc(padded, arena);
    long misalignment = memory.address() % ALIGNMENT_BYTES;
    return memory.asSlice(misalignment == 0 ? 0 : ALIGNMENT_BYTES - misalignment, bytes);
  }

  /** An arena for several threads, all of whose memory is backed when first written. */
  public static Arena newSharedArena() {
    Arena shared = Arena.ofShared();
    return new Arena() {
      @Override
      public MemorySegment allocate(long byteSize, long byteAlignment) {
        return byteAlignment > ALIGNMENT_BYTES
            ? shared.allocate(byteSize, byteAlignment)
            : LazyMemory.allocate(shared, byteSize);
      }

      @Override
      public MemorySegment.Scope scope() {
        return shared.scope();
      }

      @Override
      public void close() {
        shared.close();
      }
    };
  }

  /** The two calls of the C library that are needed; bound when first used. */
  @SuppressWarnings("restricted")
  private static final class CLibrary {
    private static final ForeignFunction CALLOC = ForeignFunction.ofLibrary("calloc");
    private static final ForeignFunction FREE = ForeignFunction.ofLibrary("free");

    static MemorySegment calloc(long bytes, Arena arena) {
      MemorySegment one = ForeignFunction.number(1);
      MemorySegment count = ForeignFunction.number(bytes);
      long address = CALLOC.call(one, count, MemorySegment.NULL, MemorySegment.NULL);
      if (address == 0) {
        throw new OutOfMemoryError("the operating system refused %d bytes".formatted(bytes));
      }
      return MemorySegment.ofAddress(address).reinterpret(bytes, arena, FREE::call);
    }
  }
}
