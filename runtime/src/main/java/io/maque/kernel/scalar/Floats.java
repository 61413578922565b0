package io.maque.kernel.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads and writes of f32 values by byte offset of the first and index. */
final class Floats {
  private Floats() {}

  static float get(MemorySegment segment, long offset, int index) {
    return segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, offset + (long) index * Float.BYTES);
  }

  static void set(MemorySegment segment, long offset, int index, float value) {
    segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, offset + (long) index * Float.BYTES, value);
  }
}
