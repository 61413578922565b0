package io.maque.kernel.jit;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The convention of kernels that go through arrays of f32: sixteen at a time {@code whole} times,
 * then once more under the mask {@code tail}, which may be empty: masked elements are not touched.
 */
final class Lanes {
  static final int COUNT = 16;
  static final int BYTES = 4 * COUNT;

  /** {@code void f(float*, const float*, long whole, int tail)}. */
  static final FunctionDescriptor TWO_ARRAYS =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);

  private Lanes() {}

  static long whole(int count) {
    return count / COUNT;
  }

  static int tail(int count) {
    return (1 << count % COUNT) - 1;
  }

  /**
   * The memory of {@code count} f32; machine code checks nothing, so the bounds are proven here.
   */
  static MemorySegment slice(MemorySegment array, long offset, int count) {
    return array.asSlice(offset, (long) count * Float.BYTES);
  }
}
