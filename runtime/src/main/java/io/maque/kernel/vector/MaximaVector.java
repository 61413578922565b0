package io.maque.kernel.vector;

import io.maque.kernel.Maxima;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Maxima} by lanes; a value less itself is 0 unless it is not finite. */
final class MaximaVector implements Maxima {

  @Override
  public String name() {
    return "MaximaVector";
  }

  @Override
  public boolean find(MemorySegment x, long offset, int count, MemorySegment maxima) {
    FloatVector zeros = FloatVector.zero(Lanes.FLOATS);
    float zero = 0;
    for (int begin = 0; begin < count; begin += BLOCK) {
      int end = Math.min(begin + BLOCK, count);
      int whole = begin + Lanes.FLOATS.loopBound(end - begin);
      FloatVector maximum = FloatVector.broadcast(Lanes.FLOATS, Float.NEGATIVE_INFINITY);
      for (int i = begin; i < whole; i += Lanes.COUNT) {
        FloatVector values = Lanes.floats(x, offset + (long) i * Float.BYTES);
        maximum = maximum.max(values);
        zeros = zeros.add(values.sub(values));
      }
      float largest = maximum.reduceLanes(VectorOperators.MAX);
      for (int i = whole; i < end; i++) {
        float value = Lanes.one(x, offset + (long) i * Float.BYTES);
        largest = Math.max(largest, value);
        zero += value - value;
      }
      Lanes.store(largest, maxima, (long) begin / BLOCK * Float.BYTES);
    }
    return zero + zeros.reduceLanes(VectorOperators.ADD) == 0;
  }
}
