package io.maque.kernel.scalar;

import io.maque.kernel.Attention;
import io.maque.kernel.AttentionShape;
import io.maque.kernel.SoftmaxStates;
import io.maque.quant.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * {@link Attention} one position after the other, the online softmax in double precision: with
 * {@code m} the largest score so far, {@code sum = Σ exp(sᵢ - m)} and {@code out = Σ exp(sᵢ -
 * m)·vᵢ} are scaled by {@code exp(m - m′)} when a larger score {@code m′} comes.
 */
final class AttentionScalar implements Attention {
  private final BlockFormat format;

  AttentionScalar(BlockFormat format) {
    this.format = format;
  }

  @Override
  public String name() {
    return "Attention" + format.type() + "Scalar";
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
    int begin = Math.max(queries.begin(0), range * RANGE);
    int end = Math.min(queries.end(0), (range + 1) * RANGE);
    float[] key = new float[shape.keyLength()];
    float[] value = new float[shape.valueLength()];
    Softmax[] softmaxes = new Softmax[shape.groupSize()];
    for (int i = 0; i < softmaxes.length; i++) {
      softmaxes[i] = new Softmax(shape.valueLength());
    }
    for (int position = begin; position < end; position++) {
      long block = head.blockOffsets()[position / shape.blockTokens()];
      long row = position % shape.blockTokens();
      long keyAt = block + head.keyOffset() + row * format.type().bytes(key.length);
      long valueAt = block + head.valueOffset() + row * format.type().bytes(value.length);
      format.decode(head.pool(), keyAt, key, 0, key.length);
      format.decode(head.pool(), valueAt, value, 0, value.length);
      for (int i = 0; i < softmaxes.length; i++) {
        long at = queries.offset() + (long) i * key.length * Float.BYTES;
        softmaxes[i].add(shape.scale() * dot(queries.data(), at, key), value);
      }
    }
    for (int i = 0; i < softmaxes.length; i++) {
      Softmax softmax = softmaxes[i];
      SoftmaxStates.set(shape, state, i, softmax.largest, softmax.sum, softmax.weighted);
    }
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

  private static double dot(MemorySegment query, long offset, float[] key) {
    double sum = 0;
    for (int i = 0; i < key.length; i++) {
      sum += (double) Floats.get(query, offset, i) * key[i];
    }
    return sum;
  }

  /** The running weighted mean of the values of one query head. */
  private static final class Softmax {
    private double largest = Double.NEGATIVE_INFINITY;
    private double sum;
    private final double[] weighted;

    Softmax(int valueLength) {
      weighted = new double[valueLength];
    }

    void add(double score, float[] value) {
      if (score > largest) {
        double shrink = Math.exp(largest - score);
        sum *= shrink;
        for (int i = 0; i < weighted.length; i++) {
          weighted[i] *= shrink;
        }
        largest = score;
      }
      double weight = Math.exp(score - largest);
      sum += weight;
      for (int i = 0; i < weighted.length; i++) {
        weighted[i] += weight * value[i];
      }
    }
  }
}
