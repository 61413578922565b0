package io.maque.kernel.scalar;

import io.maque.kernel.LayerNorm;
import java.lang.foreign.MemorySegment;

/** {@link LayerNorm} as it is written, mean and variance in double precision. */
final class LayerNormScalar implements LayerNorm {

  @Override
  public String name() {
    return "LayerNormScalar";
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
    double sum = 0;
    for (int i = 0; i < columns; i++) {
      sum += Floats.get(x, xOffset, i);
    }
    double mean = sum / columns;
    double squares = 0;
    for (int i = 0; i < columns; i++) {
      double value = Floats.get(x, xOffset, i) - mean;
      squares += value * value;
    }
    double scale = 1 / Math.sqrt(squares / columns + epsilon);
    for (int i = 0; i < columns; i++) {
      double normalized = (Floats.get(x, xOffset, i) - mean) * scale;
      double value = normalized * Floats.get(weight, 0, i) + Floats.get(bias, 0, i);
      Floats.set(out, outOffset, i, (float) value);
    }
  }
}
