package io.maque.bench.limits;

/**
 * The best rate seen of one thing a machine does.
 *
 * @param name of what is done, and with which instruction
 * @param kind what it bounds
 * @param oneThread rate of one thread, in {@code kind}'s unit
 * @param allThreads rate of all threads together
 */
public record Limit(String name, Kind kind, double oneThread, double allThreads) {

  /** What a limit bounds. */
  public enum Kind {
    /** Memory read, GB/s (10⁹ bytes). */
    READ("GB/s"),
    /** Multiply-adds of 8-bit integers, GMAC/s (10⁹ multiply-adds). */
    INT8("GMAC/s"),
    /** Multiply-adds of f32, GMAC/s; twice as many GFLOP/s. */
    F32("GMAC/s"),
    /** Multiply-adds of bf16 into f32, GMAC/s. */
    BF16("GMAC/s");

    private final String unit;

    Kind(String unit) {
      this.unit = unit;
    }

    /** The unit of rates of this kind. */
    public String unit() {
      return unit;
    }
  }
}
