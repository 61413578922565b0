package io.maque.sampling;

/**
 * Random numbers that are the same on every JDK and machine for the same seed: SplitMix64 (Steele,
 * Lea and Flood 2014, "Fast splittable pseudorandom number generators", figure 16).
 */
final class SplitMix64 {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1p-53;

  private long state;

  SplitMix64(long seed) {
    this.state = seed;
  }

  long nextLong() {
    state += GOLDEN_GAMMA;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  double nextDouble() {
    return (nextLong() >>> 11) * UNIT;
  }
}
