package io.maque.kernel.vector;

import io.maque.kernel.LayerNorm;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link LayerNorm} by lanes; each lane is summed in f32, the lanes in double. */
final class LayerNormVector implements LayerNorm {

  @Override
  public String name() {
    return "LayerNormVector";
  }

  @Override
  public void normalize(
      MemorySegment x,
      long xOffset,
      int columns,
      MemorySegment weight,
      MemorySegment bias,
      float epsilon,
      MemorySegment out,
      long outOffset) {
    float mean = (float) (sum(x, xOffset, columns) / columns);
    double variance = sumOfSquares(x, xOffset, columns, mean) / columns;
    float scale = (float) (1 / Math.sqrt(variance + epsilon));
    int whole = Lanes.FLOATS.loopBound(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector normalized = Lanes.floats(x, xOffset + at).sub(mean).mul(scale);
      FloatVector value = normalized.mul(Lanes.floats(weight, at)).add(Lanes.floats(bias, at));
      Lanes.store(value, out, outOffset + at);
    }
    for (int i = whole; i < columns; i++) {
      long at = (long) i * Float.BYTES;
      float normalized = (Lanes.one(x, xOffset + at) - mean) * scale;
      float value = normalized * Lanes.one(weight, at) + Lanes.one(bias, at);
      Lanes.store(value, out, outOffset + at);
    }
  }

  private static double sum(MemorySegment x, long offset, int columns) {
    int whole = Lanes.FLOATS.loopBound(columns);
    FloatVector sums = FloatVector.zero(Lanes.FLOATS);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      sums = sums.add(Lanes.floats(x, offset + (long) i * Float.BYTES));
    }
    double sum = 0;
    for (float lane : sums.toArray()) {
      sum += lane;
    }
    for (int i = whole; i < columns; i++) {
      sum += Lanes.one(x, offset + (long) i * Float.BYTES);
    }
    return sum;
  }

  private static double sumOfSquares(MemorySegment x, long offset, int columns, float mean) {
    int whole = Lanes.FLOATS.loopBound(columns);
    FloatVector squares = FloatVector.zero(Lanes.FLOATS);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector value = Lanes.floats(x, offset + (long) i * Float.BYTES).sub(mean);
      squares = value.fma(value, squares);
    }
    double sum = 0;
    for (float lane : squares.toArray()) {
      sum += lane;
    }
    for (int i = whole; i < columns; i++) {
      double value = Lanes.one(x, offset + (long) i * Float.BYTES) - mean;
      sum += value * value;
    }
    return sum;
  }
}
