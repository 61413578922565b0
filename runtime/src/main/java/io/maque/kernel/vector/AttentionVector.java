package io.maque.kernel.vector;

import io.maque.kernel.Attention;
import io.maque.kernel.AttentionShape;
import io.maque.kernel.SoftmaxStates;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Attention} over a few positions at a time: their keys are decoded to f32 once for all
 * query heads of the group and multiplied a {@link Tile} at a time, then the values likewise. The
 * online softmax rescales once per step, not per position.
 */
final class AttentionVector implements Attention {
  /** Keys and values of so many positions, decoded, stay in the L1 cache for usual heads. */
  private static final int STEP = 32;

  private final TensorType type;

  AttentionVector(TensorType type) {
    this.type = type;
  }

  @Override
  public String name() {
    return "Attention" + type + "Vector";
  }

  @Override
  public int maxTokens(AttentionShape shape) {
    return 1;
  }

  @Override
  public long stateBytes(AttentionShape shape, int tokens) {
    return SoftmaxStates.bytes(shape, tokens);
  }

  @Override
  public void attend(
      AttentionShape shape, Queries queries, CachedHead head, int range, MemorySegment state) {
    int end = Math.min(queries.end(0), (range + 1) * RANGE);
    Group group = new Group(shape, type);
    group.loadQueries(queries.data(), queries.offset());
    int position = Math.max(queries.begin(0), range * RANGE);
    while (position < end) {
      long block = head.blockOffsets()[position / shape.blockTokens()];
      int row = position % shape.blockTokens();
      int count = Math.min(Math.min(STEP, shape.blockTokens() - row), end - position);
      long keys = block + head.keyOffset() + row * type.bytes(shape.keyLength());
      long values = block + head.valueOffset() + row * type.bytes(shape.valueLength());
      group.decode(head.pool(), keys, count, shape.keyLength(), group.keys, group.keyStride);
      group.score(count);
      group.decode(
          head.pool(), values, count, shape.valueLength(), group.values, group.valueStride);
      group.addValues(count);
      position += count;
    }
    group.write(state);
  }

  @Override
  public void merge(AttentionShape shape, int tokens, MemorySegment state, MemorySegment next) {
    SoftmaxStates.merge(shape, tokens, state, next);
  }

  @Override
  public void finish(
      AttentionShape shape,
      int tokens,
      MemorySegment state,
      MemorySegment out,
      long offset,
      long stride) {
    SoftmaxStates.finish(shape, tokens, state, out, offset, stride);
  }

  /** The query heads that share one K/V head, and their running softmax. */
  private static final class Group {
    private final AttentionShape shape;
    private final RowDecoder decoder;
    private final TensorType type;
    private final int size;
    private final int keyStride;
    private final int valueStride;
    private final float[] queries;
    private final float[] keys;
    private final float[] values;
    private final float[] weights;
    private final float[] weighted;
    private final float[] largest;
    private final float[] sum;
    private final float[] accumulators = new float[Tile.ACCUMULATORS];

    Group(AttentionShape shape, TensorType type) {
      this.shape = shape;
      this.decoder = RowDecoder.of(type);
      this.type = type;
      this.size = shape.groupSize();
      this.keyStride = wholeVectors(shape.keyLength());
      this.valueStride = wholeVectors(shape.valueLength());
      this.queries = new float[Math.ceilDiv(size, Tile.WIDTH) * Tile.WIDTH * keyStride];
      this.keys = new float[STEP * keyStride];
      this.values = new float[STEP * valueStride];
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

    /**
     * Decodes {@code count} keys or values. A stride beyond {@code length} leaves zeros between.
     */
    void decode(MemorySegment pool, long from, int count, int length, float[] target, int stride) {
      int run = length == stride ? count : 1;
      for (int i = 0; i < count; i += run) {
        long skipped = i * type.bytes(length);
        decoder.decode(pool, from + skipped, target, i * stride, run * length);
      }
    }

    /** From {@link #keys} the weights of {@code count} positions, for every head. */
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
        Tile.multiplyByOne(keys, at, queries, headAt, keyStride, accumulators);
      } else {
        Tile.multiply(keys, at, queries, headAt, keyStride, accumulators);
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
      int whole = wholeVectors(count);
      // fills up the last vector: neither the largest nor, but for 10⁻³⁸, a weight
      Arrays.fill(weights, at + count, at + whole, Float.NEGATIVE_INFINITY);
      float newLargest = Math.max(largest[head], max(weights, at, whole));
      if (newLargest > largest[head]) {
        float shrink = (float) Math.exp(largest[head] - newLargest);
        sum[head] *= shrink;
        scale(weighted, head * valueStride, valueStride, shrink);
        largest[head] = newLargest;
      }
      FloatVector total = FloatVector.zero(Lanes.FLOATS);
      for (int i = at; i < at + whole; i += Lanes.COUNT) {
        FloatVector score = load(weights, i);
        FloatVector weight = Exponential.exp(score.sub(newLargest));
        weight.intoArray(weights, i);
        total = total.add(weight);
      }
      total.intoArray(accumulators, 0);
      sum[head] += Tile.sum(accumulators, 0);
    }

    private static float max(float[] values, int at, int count) {
      FloatVector max = load(values, at);
      for (int i = Lanes.COUNT; i < count; i += Lanes.COUNT) {
        max = max.max(load(values, at + i));
      }
      return max.reduceLanes(VectorOperators.MAX);
    }

    private static void scale(float[] values, int at, int count, float factor) {
      for (int i = 0; i < count; i += Lanes.COUNT) {
        load(values, at + i).mul(factor).intoArray(values, at + i);
      }
    }

    /** Adds the weighted {@link #values} of {@code count} positions, for every head. */
    void addValues(int count) {
      for (int head = 0; head < size; head += 4) {
        if (head == size - 1) {
          addValuesToOne(head, count);
        } else {
          addValuesToFour(head, count);
        }
      }
    }

    /** When fewer than four heads are left the last one is computed, and stored, repeatedly. */
    private void addValuesToFour(int head, int count) {
      int head1 = head + 1;
      int head2 = Math.min(head + 2, size - 1);
      int head3 = Math.min(head + 3, size - 1);
      for (int lane = 0; lane < valueStride; lane += Lanes.COUNT) {
        FloatVector sum0 = load(weighted, head * valueStride + lane);
        FloatVector sum1 = load(weighted, head1 * valueStride + lane);
        FloatVector sum2 = load(weighted, head2 * valueStride + lane);
        FloatVector sum3 = load(weighted, head3 * valueStride + lane);
        for (int i = 0; i < count; i++) {
          FloatVector value = load(values, i * valueStride + lane);
          sum0 = value.fma(broadcast(weights[head * STEP + i]), sum0);
          sum1 = value.fma(broadcast(weights[head1 * STEP + i]), sum1);
          sum2 = value.fma(broadcast(weights[head2 * STEP + i]), sum2);
          sum3 = value.fma(broadcast(weights[head3 * STEP + i]), sum3);
        }
        sum0.intoArray(weighted, head * valueStride + lane);
        sum1.intoArray(weighted, head1 * valueStride + lane);
        sum2.intoArray(weighted, head2 * valueStride + lane);
        sum3.intoArray(weighted, head3 * valueStride + lane);
      }
    }

    private void addValuesToOne(int head, int count) {
      int at = head * valueStride;
      for (int lane = 0; lane < valueStride; lane += Lanes.COUNT) {
        FloatVector sum = load(weighted, at + lane);
        for (int i = 0; i < count; i++) {
          FloatVector value = load(values, i * valueStride + lane);
          sum = value.fma(broadcast(weights[head * STEP + i]), sum);
        }
        sum.intoArray(weighted, at + lane);
      }
    }

    private static FloatVector load(float[] values, int at) {
      return FloatVector.fromArray(Lanes.FLOATS, values, at);
    }

    private static FloatVector broadcast(float value) {
      return FloatVector.broadcast(Lanes.FLOATS, value);
    }

    void write(MemorySegment state) {
      double[] values = new double[shape.valueLength()];
      for (int head = 0; head < size; head++) {
        for (int i = 0; i < values.length; i++) {
          values[i] = weighted[head * valueStride + i];
        }
        SoftmaxStates.set(shape, state, head, largest[head], sum[head], values);
      }
    }
  }
}
