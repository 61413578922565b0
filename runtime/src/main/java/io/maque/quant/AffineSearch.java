package io.maque.quant;

import java.util.Arrays;

/**
 * Finds scale and minimum of a group, {@code value = scale * q - minimum} with q from 0 to {@code
 * largest}, so that the weighted squared error is small.
 *
 * <p>A scale that makes the values span the quants is a poor one when an outlier sets it. So the
 * values are rounded with {@code steps + 1} scales, from one for {@code largest + first} quants on
 * in steps of a tenth; for the quants of each, weighted least squares give the best scale and
 * minimum, and the best of all is kept. After an improvement the search goes on from the new
 * minimum. Sums are in single precision and in order of index, as the reference has them: its bytes
 * depend on that.
 *
 * @param largest the largest quant
 * @param first where the search begins, in quants beyond {@code largest}
 * @param steps how many tenths of a quant it goes on
 */
record AffineSearch(int largest, float first, int steps) {
  private static final float STEP = 0.1f;

  /** What was found; the minimum is not negative. */
  record Fit(float scale, float minimum) {}

  /**
   * Fits the group of {@code weights.length} values that begins at {@code x[at]}.
   *
   * @param weights how much the error of each value counts
   * @param quants receives the quants from index {@code to} on
   */
  Fit fit(float[] x, int at, float[] weights, byte[] quants, int to) {
    int count = weights.length;
    float min = Extremes.min(x, at, count);
    float max = Extremes.max(x, at, count);
    min = min > 0 ? 0 : min;
    if (max == min) {
      Arrays.fill(quants, to, to + count, (byte) 0);
      return new Fit(0, -min);
    }
    float sumW = 0;
    float sumX = 0;
    for (int i = 0; i < count; i++) {
      sumW += weights[i];
      sumX += weights[i] * x[at + i];
    }
    byte[] trial = new byte[count];
    float inverse = largest / (max - min);
    float scale = 1 / inverse;
    round(x, at, min, inverse, trial);
    System.arraycopy(trial, 0, quants, to, count);
    float bestError = error(x, at, weights, trial, scale, min);
    for (int step = 0; step <= steps; step++) {
      round(x, at, min, (first + STEP * step + largest) / (max - min), trial);
      float sumQ = 0;
      float sumQQ = 0;
      float sumQX = 0;
      for (int i = 0; i < count; i++) {
        float wq = weights[i] * trial[i];
        sumQ += wq;
        sumQQ += wq * trial[i];
        sumQX += wq * x[at + i];
      }
      float determinant = sumW * sumQQ - sumQ * sumQ;
      if (determinant > 0) {
        float trialScale = (sumW * sumQX - sumX * sumQ) / determinant;
        float trialMin = (sumQQ * sumX - sumQ * sumQX) / determinant;
        if (trialMin > 0) {
          trialMin = 0;
          trialScale = sumQX / sumQQ;
        }
        float error = error(x, at, weights, trial, trialScale, trialMin);
        if (error < bestError) {
          System.arraycopy(trial, 0, quants, to, count);
          bestError = error;
          scale = trialScale;
          min = trialMin;
        }
      }
    }
    return new Fit(scale, -min);
  }

  private void round(float[] x, int at, float min, float inverse, byte[] quants) {
    for (int i = 0; i < quants.length; i++) {
      quants[i] = (byte) Rounding.nearest(inverse * (x[at + i] - min), 0, largest);
    }
  }

  private static float error(
      float[] x, int at, float[] weights, byte[] quants, float scale, float min) {
    float error = 0;
    for (int i = 0; i < quants.length; i++) {
      float difference = scale * quants[i] + min - x[at + i];
      error += weights[i] * (difference * difference);
    }
    return error;
  }
}
