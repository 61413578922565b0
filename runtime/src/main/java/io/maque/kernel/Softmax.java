package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/** The softmax of a row of scores that all stand in memory. */
public interface Softmax extends Kernel {

  /**
   * {@code x[i] = exp(x[i] - max) / Σ exp(x[j] - max)} for {@code count} f32 values from byte
   * {@code offset}, at least one.
   */
  void apply(MemorySegment x, long offset, int count);
}
