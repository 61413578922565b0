package io.maque.lab.evaluate;

/**
 * How many of those asked were right.
 *
 * @param right 0 up to {@code asked}
 * @param asked 0 or more
 */
public record Share(int right, int asked) {
  /** Of a normal distribution, 95 % lie within so many standard deviations of the mean. */
  private static final double Z = 1.959964;

  /** The share that was right, 0 to 1; 0 when nothing was asked. */
  public double value() {
    return asked == 0 ? 0 : (double) right / asked;
  }

  /** Lower end of the 95 % interval of Wilson (1927) for the share of all questions there are. */
  public double low() {
    return asked == 0 ? 0 : Math.max(0, centre() - halfWidth());
  }

  /** Upper end of the interval. */
  public double high() {
    return asked == 0 ? 1 : Math.min(1, centre() + halfWidth());
  }

  private double centre() {
    return (value() + Z * Z / (2.0 * asked)) / (1 + Z * Z / asked);
  }

  private double halfWidth() {
    double variance = value() * (1 - value()) / asked + Z * Z / (4.0 * asked * asked);
    return Z * Math.sqrt(variance) / (1 + Z * Z / asked);
  }
}
