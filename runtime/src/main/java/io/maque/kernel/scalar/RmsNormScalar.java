package io.maque.kernel.scalar;

import io.maque.kernel.RmsNorm;
import java.lang.foreign.MemorySegment;

/** {@link RmsNorm} as it is written, the mean in double precision. */
final class RmsNormScalar implements RmsNorm {

  @Override
  public String name() {
    return "RmsNormScalar";
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
    double squares = 0;
    for (int i = 0; i < columns; i++) {
      double value = Floats.get(x, xOffset, i);
      squares += value * value;
    }
    float scale = (float) (1 / Math.sqrt(squares / columns + epsilon));
    for (int i = 0; i < columns; i++) {
      float normalized = Floats.get(x, xOffset, i) * scale;
      Floats.set(out, outOffset, i, normalized * Floats.get(weight, 0, i));
    }
  }
}
