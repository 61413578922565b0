package io.maque.quant;

/** The extreme values from which encoders derive a block's scale. */
final class Extremes {

  private Extremes() {}

  /** The value of largest magnitude, with its sign; the first of equals, 0 when all are 0. */
  static float largest(float[] values, int at, int count) {
    float largest = 0;
    for (int i = at; i < at + count; i++) {
      if (Math.abs(values[i]) > Math.abs(largest)) {
        largest = values[i];
      }
    }
    return largest;
  }

  static float min(float[] values, int at, int count) {
    float min = values[at];
    for (int i = at + 1; i < at + count; i++) {
      min = values[i] < min ? values[i] : min;
    }
    return min;
  }

  static float max(float[] values, int at, int count) {
    float max = values[at];
    for (int i = at + 1; i < at + count; i++) {
      max = values[i] > max ? values[i] : max;
    }
    return max;
  }

  /** What to multiply by in place of dividing by {@code scale}; 0 for a block of equal values. */
  static float inverse(float scale) {
    return scale == 0 ? 0 : 1 / scale;
  }
}
