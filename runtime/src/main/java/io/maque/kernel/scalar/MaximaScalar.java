package io.maque.kernel.scalar;

import io.maque.kernel.Maxima;
import java.lang.foreign.MemorySegment;

/** {@link Maxima}, one value after the other. */
final class MaximaScalar implements Maxima {

  @Override
  public String name() {
    return "MaximaScalar";
  }

  @Override
  public boolean find(MemorySegment x, long offset, int count, MemorySegment maxima) {
    boolean finite = true;
    for (int begin = 0; begin < count; begin += BLOCK) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = begin; i < Math.min(begin + BLOCK, count); i++) {
        float value = Floats.get(x, offset, i);
        finite &= Float.isFinite(value);
        largest = Math.max(largest, value);
      }
      Floats.set(maxima, 0, begin / BLOCK, largest);
    }
    return finite;
  }
}
