package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/** The gate of a gated feed-forward layer (Shazeer 2020, arXiv 2002.05202). */
public interface GatedActivation extends Kernel {

  /**
   * {@code gate[i] = activation(gate[i]) · up[i]} for {@code count} f32 values, in place.
   *
   * @param gate values from byte {@code gateOffset}
   * @param up values from byte {@code upOffset}
   */
  void apply(MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int count);
}
