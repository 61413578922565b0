package io.maque.bench.kernel;

import io.maque.kernel.Attention;
import io.maque.kernel.Attention.CachedHead;
import io.maque.kernel.Attention.Queries;
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
 * Attention of one query group of one or a few tokens on one thread. Each call takes the next of
 * many K/V heads that together are far larger than any cache.
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
  @Param({"F16", "Q8_0", "F32"})
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

  /** Consecutive tokens attended for at once, or as many as the kernel takes. */
  @Param({"1", "8"})
  public int tokens;

  private Attention kernel;
  private AttentionShape shape;
  private Arena arena;
  private FloatMatrix query;
  private long tokenBytes;
  private FloatMatrix out;
  private MemorySegment state;
  private MemorySegment nextState;
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
    tokens = Math.min(tokens, kernel.maxTokens(shape));
    tokenBytes = (long) groupSize * headLength * Float.BYTES;
    query = Vectors.random(arena, random, tokens * groupSize, headLength);
    out = FloatMatrix.allocate(arena, tokens * groupSize, headLength);
    state = arena.allocate(kernel.stateBytes(shape, tokens), 64);
    nextState = arena.allocate(kernel.stateBytes(shape, tokens), 64);
    keyBytes = BLOCK_TOKENS * format.bytes(headLength);
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

  /** One query group of each token. */
  @Benchmark
  public void attention(Rates rates) {
    long[] blocks = heads[next];
    next = (next + 1) % heads.length;
    Queries queries = new Queries(query.data(), 0, tokenBytes, tokens, context - tokens, context);
    CachedHead head = new CachedHead(pool, blocks, 0, keyBytes);
    kernel.attend(shape, queries, head, 0, state);
    for (int range = 1; range < queries.rangeEnd(); range++) {
      kernel.attend(shape, queries, head, range, nextState);
      kernel.merge(shape, tokens, state, nextState);
    }
    kernel.finish(shape, tokens, state, out.data(), 0, tokenBytes);
    rates.add(2 * keyBytes * blocks.length, 2L * tokens * groupSize * headLength * context);
  }
}
