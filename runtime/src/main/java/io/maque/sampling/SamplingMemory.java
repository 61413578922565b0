package io.maque.sampling;

import io.maque.kernel.Maxima;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/**
 * What looking at a row of logits needs to write on: several values per token of the vocabulary.
 * One per thread serves all sequences, so that neither a sequence nor a token costs that much.
 */
public final class SamplingMemory {
  private float[] row = {};
  private double[] weights = {};
  private final TopTokens top = new TopTokens();
  private final RowMaxima maxima;
  private final BitSet seen = new BitSet();

  /**
   * @param kernel what looks at rows
   */
  public SamplingMemory(Maxima kernel) {
    this.maxima = new RowMaxima(kernel);
  }

  /** The largest logits of the row that was looked at last. */
  RowMaxima maxima() {
    return maxima;
  }

  /** A copy of a row on the heap, overwritten by the next. */
  float[] load(FloatMatrix logits, int index) {
    if (row.length != logits.columns()) {
      row = new float[logits.columns()];
    }
    MemorySegment.copy(
        logits.data(), ValueLayout.JAVA_FLOAT_UNALIGNED, logits.offset(index), row, 0, row.length);
    return row;
  }

  /** The row that was loaded last. */
  float[] row() {
    return row;
  }

  /** Room for {@code count} weights or more, with whatever was there before. */
  double[] weights(int count) {
    if (weights.length < count) {
      weights = new double[count];
    }
    return weights;
  }

  TopTokens top() {
    return top;
  }

  /** An empty set. */
  BitSet seen() {
    seen.clear();
    return seen;
  }
}
