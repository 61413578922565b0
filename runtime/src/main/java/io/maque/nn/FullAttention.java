package io.maque.nn;

import io.maque.kernel.F32Activations;
import io.maque.kernel.Kernels;
import io.maque.kernel.MatMul;
import io.maque.kernel.Softmax;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Attention of every query to every key, {@code softmax(QKᵀ/√headLength)·V} for each head (Vaswani
 * et al. 2017, arXiv 1706.03762): that of image encoders, and between two sets of rows.
 *
 * <p>Nothing is kept for later, so there is no cache: for each head the keys and the transposed
 * values are laid out as the weights of two matrix products, and a few queries at a time go through
 * the first product, the softmax and the second. Scores of a few queries stay in the second-level
 * cache. Which queries go together is fixed, so the result does not depend on the number of
 * threads.
 */
public final class FullAttention {
  /** Queries that go through the products together. */
  private static final int TILE = 18;

  /** Values of a head and scores of a query are padded to whole cache lines. */
  private static final int LINE_FLOATS = 16;

  private static final long ALIGNMENT_BYTES = 64;

  private final MatMul product;
  private final Softmax softmax;
  private final int headCount;
  private final int headLength;
  private final float scale;

  public FullAttention(Kernels kernels, int headCount, int headLength) {
    this.product = kernels.matMul(TensorType.F32);
    this.softmax = kernels.softmax();
    this.headCount = headCount;
    this.headLength = headLength;
    this.scale = (float) (1 / Math.sqrt(headLength));
    if (product.activationLayout() != F32Activations.INSTANCE) {
      throw new IllegalArgumentException(
          "kernel %s: expected it to take activations as F32, found %s"
              .formatted(product.name(), product.activationLayout().name()));
    }
  }

  /**
   * Scratch memory of up to {@code maxKeys} keys and {@code threads} threads; for one pass at a
   * time.
   */
  public static final class Scratch {
    private final int maxKeys;
    private final int threads;
    private final MemorySegment keys;
    private final MemorySegment values;
    private final MemorySegment tiles;

    private Scratch(
        int maxKeys, int threads, MemorySegment keys, MemorySegment values, MemorySegment tiles) {
      this.maxKeys = maxKeys;
      this.threads = threads;
      this.keys = keys;
      this.values = values;
      this.tiles = tiles;
    }

    /** How many threads it serves. */
    public int threads() {
      return threads;
    }
  }

  /** Allocates scratch memory. */
  public Scratch newScratch(Arena arena, int maxKeys, int threads) {
    return new Scratch(
        maxKeys,
        threads,
        arena.allocate(headCount * keyBytes(maxKeys), ALIGNMENT_BYTES),
        arena.allocate(headCount * valueBytes(maxKeys), ALIGNMENT_BYTES),
        arena.allocate(threads * tileBytes(maxKeys), ALIGNMENT_BYTES));
  }

  /** Bytes of the keys of one head: {@code keys × padded(headLength)}. */
  private long keyBytes(int keys) {
    return (long) keys * padded(headLength) * Float.BYTES;
  }

  /** Bytes of the transposed values of one head: {@code headLength × padded(keys)}. */
  private long valueBytes(int keys) {
    return (long) headLength * padded(keys) * Float.BYTES;
  }

  /** Bytes of a thread's own queries, scores and results. */
  private long tileBytes(int keys) {
    return (long) TILE * (2 * padded(headLength) + padded(keys)) * Float.BYTES;
  }

  private static int padded(int floats) {
    return Math.ceilDiv(floats, LINE_FLOATS) * LINE_FLOATS;
  }

  /**
   * Attends for every row of {@code query}.
   *
   * @param query {@code queries × (headCount · headLength)}
   * @param key {@code keys × (headCount · headLength)}
   * @param value as {@code key}
   * @param out as {@code query}, which it may be
   */
  public void forward(
      FloatMatrix query,
      FloatMatrix key,
      FloatMatrix value,
      FloatMatrix out,
      Scratch scratch,
      Workers workers) {
    int keys = key.rows();
    if (keys > scratch.maxKeys || workers.threads() > scratch.threads) {
      throw new IllegalArgumentException(
          "scratch memory: expected up to %d keys and %d threads, found %d and %d"
              .formatted(scratch.maxKeys, scratch.threads, keys, workers.threads()));
    }
    workers.forEachRange(
        headCount,
        1,
        (begin, end, worker) -> {
          for (int head = begin; head < end; head++) {
            layOutKeys(key, head, keysOf(scratch, head, keys));
            layOutValues(value, head, valuesOf(scratch, head, keys));
          }
        });
    int tiles = Math.ceilDiv(query.rows(), TILE);
    workers.forEachRange(
        headCount * tiles,
        1,
        (begin, end, worker) -> {
          Tile tile = new Tile(keys, scratch, worker);
          for (int i = begin; i < end; i++) {
            int row = i % tiles * TILE;
            tile.attend(query, row, Math.min(TILE, query.rows() - row), i / tiles, out);
          }
        });
  }

  private MemorySegment keysOf(Scratch scratch, int head, int keys) {
    return scratch.keys.asSlice(head * keyBytes(keys), keyBytes(keys));
  }

  private MemorySegment valuesOf(Scratch scratch, int head, int keys) {
    return scratch.values.asSlice(head * valueBytes(keys), valueBytes(keys));
  }

  private long headOffset(int head) {
    return (long) head * headLength * Float.BYTES;
  }

  private void layOutKeys(FloatMatrix key, int head, MemorySegment target) {
    long bytes = (long) headLength * Float.BYTES;
    long stride = (long) padded(headLength) * Float.BYTES;
    for (int row = 0; row < key.rows(); row++) {
      MemorySegment.copy(
          key.data(), key.offset(row) + headOffset(head), target, row * stride, bytes);
      target.asSlice(row * stride + bytes, stride - bytes).fill((byte) 0);
    }
  }

  /** Transposes; the padding, which weights of zero meet, is cleared. */
  private void layOutValues(FloatMatrix value, int head, MemorySegment target) {
    int rows = value.rows();
    int stride = padded(rows);
    float[] values = new float[headLength];
    for (int row = 0; row < rows; row++) {
      MemorySegment.copy(
          value.data(),
          ValueLayout.JAVA_FLOAT,
          value.offset(row) + headOffset(head),
          values,
          0,
          headLength);
      for (int i = 0; i < headLength; i++) {
        target.setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * stride + row, values[i]);
      }
    }
    for (int i = 0; i < headLength; i++) {
      long from = ((long) i * stride + rows) * Float.BYTES;
      target.asSlice(from, (long) (stride - rows) * Float.BYTES).fill((byte) 0);
    }
  }

  /** The memory of one thread, and what it does with it. */
  private final class Tile {
    private final int keys;
    private final Scratch scratch;
    private final MemorySegment queries;
    private final MemorySegment scores;
    private final MemorySegment results;
    private final float[] values = new float[headLength];

    Tile(int keys, Scratch scratch, int worker) {
      this.keys = keys;
      this.scratch = scratch;
      MemorySegment own =
          scratch.tiles.asSlice(worker * tileBytes(scratch.maxKeys), tileBytes(keys));
      long rowBytes = (long) TILE * padded(headLength) * Float.BYTES;
      this.queries = own.asSlice(0, rowBytes);
      this.results = own.asSlice(rowBytes, rowBytes);
      this.scores = own.asSlice(2 * rowBytes);
      // The padding of queries and scores stays zero: nothing is written to it.
      own.fill((byte) 0);
    }

    void attend(FloatMatrix query, int row, int count, int head, FloatMatrix out) {
      int paddedLength = padded(headLength);
      int paddedKeys = padded(keys);
      for (int i = 0; i < count; i++) {
        scaleQuery(query, row + i, head, (long) i * paddedLength);
      }
      product.multiply(
          keysOf(scratch, head, keys), paddedLength, queries, count, scores, paddedKeys, 0, keys);
      for (int i = 0; i < count; i++) {
        softmax.apply(scores, (long) i * paddedKeys * Float.BYTES, keys);
      }
      product.multiply(
          valuesOf(scratch, head, keys),
          paddedKeys,
          scores,
          count,
          results,
          headLength,
          0,
          headLength);
      long bytes = (long) headLength * Float.BYTES;
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(
            results, i * bytes, out.data(), out.offset(row + i) + headOffset(head), bytes);
      }
    }

    private void scaleQuery(FloatMatrix query, int row, int head, long to) {
      MemorySegment.copy(
          query.data(),
          ValueLayout.JAVA_FLOAT,
          query.offset(row) + headOffset(head),
          values,
          0,
          headLength);
      for (int i = 0; i < headLength; i++) {
        values[i] *= scale;
      }
      MemorySegment.copy(values, 0, queries, ValueLayout.JAVA_FLOAT, to * Float.BYTES, headLength);
    }
  }
}
