package io.maque.kernel.jit;

import io.maque.memory.ForeignFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory between two pages that nobody may touch: code that reads or writes beside it ends the JVM.
 * Never given back.
 */
@SuppressWarnings("restricted")
final class GuardedMemory {
  private static final long PAGE_BYTES = 4096;
  private static final int PROT_NONE = 0;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

  private GuardedMemory() {}

  /** A copy whose first byte is the first of a page. */
  static MemorySegment begin(MemorySegment source) {
    return pages(source.byteSize()).asSlice(0, source.byteSize()).copyFrom(source);
  }

  /** A copy whose last byte is the last of a page. */
  static MemorySegment end(MemorySegment source) {
    MemorySegment pages = pages(source.byteSize());
    return pages.asSlice(pages.byteSize() - source.byteSize()).copyFrom(source);
  }

  private static MemorySegment pages(long bytes) {
    long inner = Math.ceilDiv(bytes, PAGE_BYTES) * PAGE_BYTES;
    long all = inner + 2 * PAGE_BYTES;
    long address =
        ForeignFunction.ofLibrary("mmap")
            .call(
                MemorySegment.NULL,
                ForeignFunction.number(all),
                ForeignFunction.number(PROT_NONE),
                ForeignFunction.number(MAP_PRIVATE_ANONYMOUS),
                -1,
                0);
    MemorySegment pages =
        MemorySegment.ofAddress(address + PAGE_BYTES).reinterpret(inner, Arena.global(), null);
    int refused =
        (int)
            ForeignFunction.ofLibrary("mprotect")
                .call(
                    pages,
                    ForeignFunction.number(inner),
                    ForeignFunction.number(PROT_READ_WRITE),
                    MemorySegment.NULL);
    if (address == -1 || refused != 0) {
      throw new IllegalStateException("the operating system refuses guarded memory");
    }
    return pages;
  }
}
