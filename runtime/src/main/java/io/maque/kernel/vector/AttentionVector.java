package io.maque.kernel.vector;

import io.maque.kernel.Attention;
import io.maque.kernel.AttentionShape;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link Attention} over a few positions at a time: their keys are decoded to f32 once for all
 * query heads of the group and multiplied a {@link Tile} at a time, then the values likewise. The
 * online softmax rescales once per step, not per position.
 */
final class AttentionVector implements Attention {
  /** Keys and values of so many positions, decoded, stay in the L1 cache for usual heads. */
  private static final int STEP = 32;

  private final TensorType type;
  private final RowDecoder decoder;

  AttentionVector(TensorType type) {
    this.type = type;
    this.decoder = RowDecoder.of(type);
  }

  @Override
  public String name() {
    return "Attention" + type + "Vector";
  }

  @Override
  public void attend(
      AttentionShape shape,
      MemorySegment query,
      long queryOffset,
      MemorySegment pool,
      long[] blockOffsets,
      long keyOffset,
      long valueOffset,
      int begin,
      int end,
      MemorySegment out,
      long outOffset) {
    Group group = new Group(shape);
    group.loadQueries(query, queryOffset);
    int position = begin;
    while (position < end) {
      long block = blockOffsets[position / shape.blockTokens()];
      int row = position % shape.blockTokens();
      int count = Math.min(Math.min(STEP, shape.blockTokens() - row), end - position);
      long keys = block + keyOffset + row * type.bytes(shape.keyLength());
      long values = block + valueOffset + row * type.bytes(shape.valueLength());
      decodeRows(pool, keys, count, shape.keyLength(), group.rows, group.keyStride);
      group.score(count);
      decodeRows(pool, values, count, shape.valueLength(), group.rows, group.valueStride);
      group.addValues(count);
      position += count;
    }
    group.write(out, outOffset);
  }

  /**
   * A stride beyond {@code length} leaves what is there: a query is zero where a key is padding.
   */
  private void decodeRows(
      MemorySegment pool, long from, int count, int length, float[] target, int stride) {
    if (length == stride) {
      decoder.decode(pool, from, target, 0, count * length);
      return;
    }
    for (int i = 0; i < count; i++) {
      decoder.decode(pool, from + i * type.bytes(length), target, i * stride, length);
    }
  }

  /** The query heads that share one K/V head, and their running softmax. */
  private static final class Group {
    private final AttentionShape shape;
    private final int size;
    private final int keyStride;
    private final int valueStride;
    private final float[] queries;
    private final float[] rows;
    private final float[] weights;
    private final float[] weighted;
    private final float[] largest;
    private final float[] sum;
    private final float[] accumulators = new float[Tile.ACCUMULATORS];

    Group(AttentionShape shape) {
      this.shape = shape;
      this.size = shape.groupSize();
      this.keyStride = wholeVectors(shape.keyLength());
      this.valueStride = wholeVectors(shape.valueLength());
      this.queries = new float[Math.ceilDiv(size, Tile.WIDTH) * Tile.WIDTH * keyStride];
      this.rows = new float[STEP * Math.max(keyStride, valueStride)];
      this.weights = new float[size * STEP];
      this.weighted = new float[size * valueStride];
      this.largest = new float[size];
      this.sum = new float[size];
      Arrays.fill(largest, Float.NEGATIVE_INFINITY);
    }

    private static int wholeVectors(int length) {
      return Math.ceilDiv(length, Lanes.COUNT) * Lanes.COUNT;
    }

    void loadQueries(MemorySegment query, long offset) {
      int length = shape.keyLength();
      for (int head = 0; head < size; head++) {
        long from = offset + (long) head * length * Float.BYTES;
        int at = head * keyStride;
        MemorySegment.copy(query, ValueLayout.JAVA_FLOAT_UNALIGNED, from, queries, at, length);
      }
    }

    /** From the keys in {@link #rows} the weights of {@code count} positions, for every head. */
    void score(int count) {
      for (int i = 0; i < count; i += Tile.ROWS) {
        for (int head = 0; head < size; head += Tile.WIDTH) {
          int width = Math.min(Tile.WIDTH, size - head);
          scoreTile(i, Math.min(Tile.ROWS, count - i), head, width);
        }
      }
      for (int head = 0; head < size; head++) {
        softmax(head, count);
      }
    }

    private void scoreTile(int position, int height, int head, int width) {
      int pitch = width == 1 ? 1 : Tile.WIDTH;
      int at = position * keyStride;
      int headAt = head * keyStride;
      if (width == 1) {
        Tile.multiplyByOne(rows, at, queries, headAt, keyStride, accumulators);
      } else {
        Tile.multiply(rows, at, queries, headAt, keyStride, accumulators);
      }
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          float score = shape.scale() * Tile.sum(accumulators, (i * pitch + j) * Lanes.COUNT);
          weights[(head + j) * STEP + position + i] = score;
        }
      }
    }

    /** Turns scores into {@code exp(score - largest)} and rescales what earlier steps left. */
    private void softmax(int head, int count) {
      int at = head * STEP;
      float newLargest = largest[head];
      for (int i = 0; i < count; i++) {
        newLargest = Math.max(newLargest, weights[at + i]);
      }
      // positions beyond count weigh nothing; whole vectors are then safe
      Arrays.fill(weights, at + count, at + STEP, Float.NEGATIVE_INFINITY);
      if (newLargest > largest[head]) {
        float shrink = (float) Math.exp(largest[head] - newLargest);
        sum[head] *= shrink;
        scale(weighted, head * valueStride, valueStride, shrink);
        largest[head] = newLargest;
      }
      for (int i = 0; i < count; i += Lanes.COUNT) {
        FloatVector score = FloatVector.fromArray(Lanes.FLOATS, weights, at + i);
        Exponential.exp(score.sub(newLargest)).intoArray(weights, at + i);
      }
      for (int i = 0; i < count; i++) {
        sum[head] += weights[at + i];
      }
    }

    private static void scale(float[] values, int at, int count, float factor) {
      for (int i = 0; i < count; i += Lanes.COUNT) {
        FloatVector.fromArray(Lanes.FLOATS, values, at + i).mul(factor).intoArray(values, at + i);
      }
    }

    /** Adds the weighted values in {@link #rows} of {@code count} positions, for every head. */
    void addValues(int count) {
      int head = 0;
      for (; head + 1 < size; head += 2) {
        addValuesToTwo(head, count);
      }
      if (head < size) {
        addValuesToOne(head, count);
      }
    }

    private void addValuesToTwo(int head, int count) {
      int at0 = head * valueStride;
      int at1 = at0 + valueStride;
      for (int lane = 0; lane < valueStride; lane += Lanes.COUNT) {
        FloatVector sum0 = FloatVector.fromArray(Lanes.FLOATS, weighted, at0 + lane);
        FloatVector sum1 = FloatVector.fromArray(Lanes.FLOATS, weighted, at1 + lane);
        for (int i = 0; i < count; i++) {
          FloatVector value = FloatVector.fromArray(Lanes.FLOATS, rows, i * valueStride + lane);
          sum0 = value.fma(broadcast(weights[head * STEP + i]), sum0);
          sum1 = value.fma(broadcast(weights[(head + 1) * STEP + i]), sum1);
        }
        sum0.intoArray(weighted, at0 + lane);
        sum1.intoArray(weighted, at1 + lane);
      }
    }

    private void addValuesToOne(int head, int count) {
      int at = head * valueStride;
      for (int lane = 0; lane < valueStride; lane += Lanes.COUNT) {
        FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, weighted, at + lane);
        for (int i = 0; i < count; i++) {
          FloatVector value = FloatVector.fromArray(Lanes.FLOATS, rows, i * valueStride + lane);
          sum = value.fma(broadcast(weights[head * STEP + i]), sum);
        }
        sum.intoArray(weighted, at + lane);
      }
    }

    private static FloatVector broadcast(float value) {
      return FloatVector.broadcast(Lanes.FLOATS, value);
    }

    void write(MemorySegment out, long offset) {
      int length = shape.valueLength();
      for (int head = 0; head < size; head++) {
        scale(weighted, head * valueStride, valueStride, 1 / sum[head]);
        long to = offset + (long) head * length * Float.BYTES;
        MemorySegment.copy(
            weighted, head * valueStride, out, ValueLayout.JAVA_FLOAT_UNALIGNED, to, length);
      }
    }
  }
}
