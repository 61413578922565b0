package io.maque.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/** f32 arrays outside the heap, as kernels take them. */
final class Floats {
  private Floats() {}

  static MemorySegment of(Arena arena, float... values) {
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  static MemorySegment gaussian(Arena arena, RandomGenerator random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return of(arena, values);
  }

  static float[] toArray(MemorySegment values) {
    return values.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  static MemorySegment copy(Arena arena, MemorySegment values) {
    return arena.allocate(values.byteSize(), 64).copyFrom(values);
  }
}
