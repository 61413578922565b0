package io.maque.kernel.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Arguments of machine code that takes them from memory, and memory of its own behind them. They
 * are collected in an array on the heap, which is quick before the JVM has compiled anything, and
 * copied at once.
 */
final class Arguments {
  private static final long ALIGNMENT_BYTES = 64;

  private final long[] values;
  private final MemorySegment memory;

  /**
   * @param argumentBytes a multiple of eight
   * @param bytes arguments and what is behind them
   */
  Arguments(int argumentBytes, long bytes) {
    values = new long[argumentBytes / Long.BYTES];
    memory = Arena.ofAuto().allocate(bytes, ALIGNMENT_BYTES);
  }

  /** Sets the argument at byte {@code offset}, a multiple of eight. */
  void set(int offset, long value) {
    values[offset / Long.BYTES] = value;
  }

  /** Where byte {@code offset} will be. */
  long address(long offset) {
    return memory.address() + offset;
  }

  /** The memory, with the first {@code bytes} bytes of arguments as they were set. */
  MemorySegment write(int bytes) {
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_LONG, 0, bytes / Long.BYTES);
    return memory;
  }
}
