package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/** Addition of one vector to another: residual connections and biases. */
public interface Add extends Kernel {

  /** {@code x[i] += y[i]} for {@code count} f32 values. */
  void add(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count);
}
