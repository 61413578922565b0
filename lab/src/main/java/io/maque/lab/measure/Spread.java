package io.maque.lab.measure;

import java.util.Arrays;
import java.util.Collection;

/** The least, the middle and the greatest of some values; all 0 when there are none. */
public record Spread(double min, double median, double max) {

  static Spread of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    if (sorted.length == 0) {
      return new Spread(0, 0, 0);
    }
    Arrays.sort(sorted);
    return new Spread(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
  }

  /** The least as a share of the greatest: 1 when all are alike. */
  public double minToMax() {
    return max > 0 ? min / max : 1;
  }
}
