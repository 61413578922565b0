package io.maque.bench.kernel;

import io.maque.kernel.ActivationLayout;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.kernel.RandomWeights;
import io.maque.kernel.WorkerPool;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

/**
 * The matrix product, split over threads as a model splits it. Each call takes the next of many
 * equal matrices that together are far larger than any cache, as the layers of a model are.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MatMulBenchmark {
  private static final long WEIGHT_BYTES = 256L << 20;

  /** As {@code nn} splits weight rows. */
  private static final int GRAIN = 32;

  /** Name of a rung, or {@code best}. */
  @Param(Rung.BEST)
  public String rung;

  /** Storage format of the weights. */
  @Param("Q8_0")
  public TensorType format;

  /** Columns, then rows, of the weights; columns are whole blocks of the format. */
  @Param({"896x896", "896x4864", "4864x896", "3072x8192"})
  public String shape;

  /** Activations per product. */
  @Param({"1", "4", "8", "128", "512"})
  public int tokens;

  /** Threads that share a product; 0 for all processors. */
  @Param({"1", "0"})
  public int threads;

  private int columns;
  private int rows;
  private MatMul kernel;
  private Arena arena;
  private MemorySegment[] weights;
  private int next;
  private MemorySegment activations;
  private FloatMatrix out;
  private Workers workers;

  /** Makes weights, activations and threads. */
  @Setup
  public void open() {
    int x = shape.indexOf('x');
    columns = Integer.parseInt(shape.substring(0, x));
    rows = Integer.parseInt(shape.substring(x + 1));
    kernel = Rung.kernels(rung).matMul(format);
    arena = Arena.ofShared();
    SplittableRandom random = new SplittableRandom(1);
    weights = copies(RandomWeights.rows(arena, random, format, columns, rows, 0.01f));
    FloatMatrix x32 = Vectors.random(arena, random, tokens, columns);
    ActivationLayout layout = kernel.activationLayout();
    activations = arena.allocate(tokens * layout.bytes(columns), 64);
    layout.write(x32.data(), columns, 0, tokens, activations);
    out = FloatMatrix.allocate(arena, tokens, rows);
    workers = new WorkerPool(threads == 0 ? Machine.current().processors() : threads);
  }

  private MemorySegment[] copies(MemorySegment matrix) {
    MemorySegment[] copies =
        new MemorySegment[Math.toIntExact(Math.ceilDiv(WEIGHT_BYTES, matrix.byteSize()))];
    for (int i = 0; i < copies.length; i++) {
      copies[i] = arena.allocate(matrix.byteSize(), 64).copyFrom(matrix);
    }
    return copies;
  }

  /** Gives everything back. */
  @TearDown
  public void close() {
    workers.close();
    arena.close();
  }

  /** One product. */
  @Benchmark
  public void matMul(Rates rates) {
    MemorySegment weight = weights[next];
    next = (next + 1) % weights.length;
    workers.forEachRange(
        rows,
        GRAIN,
        (begin, end, worker) ->
            kernel.multiply(weight, columns, activations, tokens, out.data(), rows, begin, end));
    rates.add(weight.byteSize(), (long) columns * rows * tokens);
  }
}
