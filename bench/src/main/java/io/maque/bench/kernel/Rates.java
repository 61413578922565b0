package io.maque.bench.kernel;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Work done, which JMH divides by time: with nanoseconds as the unit, GB/s and GMAC/s. Fields are
 * public because JMH reads them.
 */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Rates {
  /** Bytes read from memory or cache: weights, keys, values, vectors. */
  public long bytes;

  /** Multiply-adds. */
  public long macs;

  /** Begins a measurement. */
  @Setup(Level.Iteration)
  public void clear() {
    bytes = 0;
    macs = 0;
  }

  void add(long moreBytes, long moreMacs) {
    bytes += moreBytes;
    macs += moreMacs;
  }
}
