package io.maque.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

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

  /** The two calls of the C library that are needed; bound when first used. */
  @SuppressWarnings("restricted")
  private static final class CLibrary {
    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle CALLOC =
        bind(
            "calloc",
            FunctionDescriptor.of(
                ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    private static final MethodHandle FREE =
        bind("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    static MemorySegment calloc(long bytes, Arena arena) {
      MemorySegment address;
      try {
        address = (MemorySegment) CALLOC.invokeExact(1L, bytes);
      } catch (Throwable e) {
        throw new AssertionError("a foreign call throws nothing", e);
      }
      if (address.equals(MemorySegment.NULL)) {
        throw new OutOfMemoryError("the operating system refused %d bytes".formatted(bytes));
      }
      return address.reinterpret(bytes, arena, CLibrary::free);
    }

    private static void free(MemorySegment memory) {
      try {
        FREE.invokeExact(memory);
      } catch (Throwable e) {
        throw new AssertionError("a foreign call throws nothing", e);
      }
    }
  }
}
