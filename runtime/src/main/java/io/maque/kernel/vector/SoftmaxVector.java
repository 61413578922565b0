package io.maque.kernel.vector;

import io.maque.kernel.Softmax;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Softmax} by lanes; the sum of each lane in f32, that of the lanes in double. */
final class SoftmaxVector implements Softmax {

  @Override
  public String name() {
    return "SoftmaxVector";
  }

  @Override
  public void apply(MemorySegment x, long offset, int count) {
    int whole = Lanes.FLOATS.loopBound(count);
    float largest = largest(x, offset, count);
    FloatVector sums = FloatVector.zero(Lanes.FLOATS);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = offset + (long) i * Float.BYTES;
      FloatVector weights = Exponential.exp(Lanes.floats(x, at).sub(largest));
      sums = sums.add(weights);
      Lanes.store(weights, x, at);
    }
    double sum = 0;
    for (float lane : sums.toArray()) {
      sum += lane;
    }
    for (int i = whole; i < count; i++) {
      long at = offset + (long) i * Float.BYTES;
      float weight = (float) Math.exp(Lanes.one(x, at) - largest);
      sum += weight;
      Lanes.store(weight, x, at);
    }
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = offset + (long) i * Float.BYTES;
      Lanes.store(Lanes.floats(x, at).div((float) sum), x, at);
    }
    for (int i = whole; i < count; i++) {
      long at = offset + (long) i * Float.BYTES;
      Lanes.store(Lanes.one(x, at) / (float) sum, x, at);
    }
  }

  private static float largest(MemorySegment x, long offset, int count) {
    int whole = Lanes.FLOATS.loopBound(count);
    FloatVector maxima = FloatVector.broadcast(Lanes.FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      maxima = maxima.max(Lanes.floats(x, offset + (long) i * Float.BYTES));
    }
    float largest = maxima.reduceLanes(VectorOperators.MAX);
    for (int i = whole; i < count; i++) {
      largest = Math.max(largest, Lanes.one(x, offset + (long) i * Float.BYTES));
    }
    return largest;
  }
}
