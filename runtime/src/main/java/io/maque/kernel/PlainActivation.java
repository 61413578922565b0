package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/** An activation without a gate, as image encoders have it. */
public interface PlainActivation extends Kernel {

  /** {@code x[i] = activation(x[i])} for {@code count} f32 values from byte {@code offset}. */
  void apply(MemorySegment x, long offset, int count);
}
