package io.maque.bench.kernel;

import io.maque.kernel.Attention;
import io.maque.kernel.AttentionShape;
import io.maque.kernel.RandomWeights;
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
 * Attention of one token's query group on one thread. Each call takes the next of many K/V heads
 * that together are far larger than any cache.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AttentionBenchmark {
  private static final long POOL_BYTES = 128L << 20;
  private static final int BLOCK_TOKENS = 32;

  /** Name of a rung, or {@code best}. */
  @Param(Rung.BEST)
  public String rung;

  /** Element format of the KV cache. */
  @Param({"F16", "F32"})
  public TensorType format;

  /** Query heads that share a K/V head. */
  @Param({"1", "4", "7"})
  public int groupSize;

  /** Values per key and per value. */
  @Param({"64", "128", "256"})
  public int headLength;

  /** Positions attended to. */
  @Param({"128", "2048"})
  public int context;

  private Attention kernel;
  private AttentionShape shape;
  private Arena arena;
  private FloatMatrix query;
  private FloatMatrix out;
  private MemorySegment pool;
  private long keyBytes;
  private long[][] heads;
  private int next;

  /** Makes a pool of keys and values, block after block. */
  @Setup
  public void open() {
    kernel = Rung.kernels(rung).attention(format);
    float scale = (float) (1 / Math.sqrt(headLength));
    shape = new AttentionShape(groupSize, headLength, headLength, scale, BLOCK_TOKENS);
    arena = Arena.ofShared();
    SplittableRandom random = new SplittableRandom(1);
    query = Vectors.random(arena, random, groupSize, headLength);
    out = FloatMatrix.allocate(arena, groupSize, headLength);
    keyBytes = (long) BLOCK_TOKENS * headLength * format.blockBytes();
    int blocks = context / BLOCK_TOKENS;
    int count = Math.toIntExact(POOL_BYTES / (blocks * 2 * keyBytes));
    pool = RandomWeights.rows(arena, random, format, headLength, count * context * 2, 1);
    heads = new long[count][blocks];
    for (int head = 0; head < count; head++) {
      for (int block = 0; block < blocks; block++) {
        heads[head][block] = 2 * keyBytes * ((long) head * blocks + block);
      }
    }
  }

  /** Gives everything back. */
  @TearDown
  public void close() {
    arena.close();
  }

  /** One query group. */
  @Benchmark
  public void attention(Rates rates) {
    long[] blocks = heads[next];
    next = (next + 1) % heads.length;
    kernel.attend(shape, query.data(), 0, pool, blocks, 0, keyBytes, 0, context, out.data(), 0);
    rates.add(2 * keyBytes * blocks.length, 2L * groupSize * headLength * context);
  }
}
