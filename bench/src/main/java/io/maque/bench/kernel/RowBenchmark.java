package io.maque.bench.kernel;

import io.maque.kernel.Activation;
import io.maque.kernel.Kernels;
import io.maque.kernel.RopePairing;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The operations on one row of activations, which is in the first-level cache, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RowBenchmark {
  private static final int HEAD_LENGTH = 64;
  private static final float EPSILON = 1e-6f;

  /** Name of a rung, or {@code best}. */
  @Param(Rung.BEST)
  public String rung;

  /** Values of the row. */
  @Param({"896", "4864"})
  public int columns;

  private Kernels kernels;
  private Arena arena;
  private FloatMatrix x;
  private FloatMatrix y;
  private FloatMatrix zeros;
  private FloatMatrix angles;
  private FloatMatrix out;

  /** Makes the rows. */
  @Setup
  public void open() {
    kernels = Rung.kernels(rung);
    arena = Arena.ofShared();
    SplittableRandom random = new SplittableRandom(1);
    x = Vectors.random(arena, random, 1, columns);
    y = Vectors.random(arena, random, 1, columns);
    zeros = FloatMatrix.allocate(arena, 1, columns);
    angles = FloatMatrix.allocate(arena, 1, HEAD_LENGTH);
    for (int pair = 0; pair < HEAD_LENGTH / 2; pair++) {
      angles.set(0, pair, (float) Math.cos(pair));
      angles.set(0, HEAD_LENGTH / 2 + pair, (float) Math.sin(pair));
    }
    out = FloatMatrix.allocate(arena, 1, columns);
  }

  /** Gives everything back. */
  @TearDown
  public void close() {
    arena.close();
  }

  /** Normalises the row. */
  @Benchmark
  public void rmsNorm(Rates rates) {
    kernels.rmsNorm().normalize(x.data(), 0, columns, y.data(), EPSILON, out.data(), 0);
    count(rates);
  }

  /** Rotates the heads of the row, again and again. */
  @Benchmark
  public void ropeNeox(Rates rates) {
    rotate(RopePairing.NEOX, rates);
  }

  /** Rotates neighbours of the row, again and again. */
  @Benchmark
  public void ropeNorm(Rates rates) {
    rotate(RopePairing.NORM, rates);
  }

  private void rotate(RopePairing pairing, Rates rates) {
    int heads = columns / HEAD_LENGTH;
    kernels
        .rope(pairing)
        .rotate(out.data(), 0, heads, HEAD_LENGTH, HEAD_LENGTH / 2, angles.data(), 0);
    count(rates);
  }

  /** The gate of SwiGLU; on zeros, which stay what they are instead of fading to denormals. */
  @Benchmark
  public void gateSilu(Rates rates) {
    gate(Activation.SILU, rates);
  }

  /** The gate of GeGLU, likewise. */
  @Benchmark
  public void gateGelu(Rates rates) {
    gate(Activation.GELU_TANH, rates);
  }

  private void gate(Activation activation, Rates rates) {
    kernels.gatedActivation(activation).apply(zeros.data(), 0, y.data(), 0, columns);
    count(rates);
  }

  /** Adds a row to another. */
  @Benchmark
  public void add(Rates rates) {
    kernels.add().add(out.data(), 0, y.data(), 0, columns);
    count(rates);
  }

  private void count(Rates rates) {
    rates.add((long) columns * Float.BYTES, 0);
  }
}
