package io.maque.kernel.scalar;

import io.maque.kernel.Softmax;
import java.lang.foreign.MemorySegment;

/** {@link Softmax} as it is written, in double precision. */
final class SoftmaxScalar implements Softmax {

  @Override
  public String name() {
    return "SoftmaxScalar";
  }

  @Override
  public void apply(MemorySegment x, long offset, int count) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Floats.get(x, offset, i));
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(Floats.get(x, offset, i) - largest);
    }
    for (int i = 0; i < count; i++) {
      double weight = Math.exp(Floats.get(x, offset, i) - largest);
      Floats.set(x, offset, i, (float) (weight / sum));
    }
  }
}
