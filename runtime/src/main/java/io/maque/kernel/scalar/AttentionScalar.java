package io.maque.kernel.scalar;

import io.maque.kernel.Attention;
import io.maque.kernel.AttentionShape;
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
    float[] key = new float[shape.keyLength()];
    float[] value = new float[shape.valueLength()];
    Softmax[] heads = new Softmax[shape.groupSize()];
    for (int head = 0; head < heads.length; head++) {
      heads[head] = new Softmax(shape.valueLength());
    }
    for (int position = begin; position < end; position++) {
      long block = blockOffsets[position / shape.blockTokens()];
      long row = position % shape.blockTokens();
      long keyAt = block + keyOffset + row * format.type().bytes(key.length);
      long valueAt = block + valueOffset + row * format.type().bytes(value.length);
      format.decode(pool, keyAt, key, 0, key.length);
      format.decode(pool, valueAt, value, 0, value.length);
      for (int head = 0; head < heads.length; head++) {
        long headOffset = queryOffset + (long) head * key.length * Float.BYTES;
        heads[head].add(shape.scale() * dot(query, headOffset, key), value);
      }
    }
    for (int head = 0; head < heads.length; head++) {
      heads[head].write(out, outOffset + (long) head * value.length * Float.BYTES);
    }
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

    void write(MemorySegment out, long offset) {
      for (int i = 0; i < weighted.length; i++) {
        Floats.set(out, offset, i, (float) (weighted[i] / sum));
      }
    }
  }
}
