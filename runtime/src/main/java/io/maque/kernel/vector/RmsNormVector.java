package io.maque.kernel.vector;

import io.maque.kernel.RmsNorm;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link RmsNorm} by lanes; the squares of each lane are summed in f32, the lanes in double. */
final class RmsNormVector implements RmsNorm {

  @Override
  public String name() {
    return "RmsNormVector";
  }

  @Override
  public void normalize(
      MemorySegment x,
      long xOffset,
      int columns,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long outOffset) {
    float scale = (float) (1 / Math.sqrt(sumOfSquares(x, xOffset, columns) / columns + epsilon));
    int whole = Lanes.FLOATS.loopBound(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector normalized = Lanes.floats(x, xOffset + at).mul(scale);
      Lanes.store(normalized.mul(Lanes.floats(weight, at)), out, outOffset + at);
    }
    for (int i = whole; i < columns; i++) {
      long at = (long) i * Float.BYTES;
      float normalized = Lanes.one(x, xOffset + at) * scale;
      Lanes.store(normalized * Lanes.one(weight, at), out, outOffset + at);
    }
  }

  private static double sumOfSquares(MemorySegment x, long offset, int columns) {
    int whole = Lanes.FLOATS.loopBound(columns);
    FloatVector squares = FloatVector.zero(Lanes.FLOATS);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector value = Lanes.floats(x, offset + (long) i * Float.BYTES);
      squares = value.fma(value, squares);
    }
    double sum = 0;
    for (float lane : squares.toArray()) {
      sum += lane;
    }
    for (int i = whole; i < columns; i++) {
      double value = Lanes.one(x, offset + (long) i * Float.BYTES);
      sum += value * value;
    }
    return sum;
  }
}
