package io.maque.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The states of {@link Attention} as its kernels in Java keep them, in double precision: for each
 * token and head the largest score {@code m}, {@code Σ exp(sᵢ - m)} and {@code Σ exp(sᵢ - m)·vᵢ}.
 * No positions are {@code m = -∞}.
 */
public final class SoftmaxStates {
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final int LARGEST = 0;
  private static final int SUM = 1;
  private static final int WEIGHTED = 2;

  private SoftmaxStates() {}

  private static int rowLength(AttentionShape shape) {
    return WEIGHTED + shape.valueLength();
  }

  /** Bytes of the states of {@code tokens} tokens. */
  public static long bytes(AttentionShape shape, int tokens) {
    return (long) tokens * shape.groupSize() * rowLength(shape) * Double.BYTES;
  }

  /** Sets the state of one head of one token; {@code row} counts heads over all tokens. */
  public static void set(
      AttentionShape shape,
      MemorySegment state,
      int row,
      double largest,
      double sum,
      double[] weighted) {
    long at = (long) row * rowLength(shape);
    state.setAtIndex(DOUBLE, at + LARGEST, largest);
    state.setAtIndex(DOUBLE, at + SUM, sum);
    for (int i = 0; i < shape.valueLength(); i++) {
      state.setAtIndex(DOUBLE, at + WEIGHTED + i, weighted[i]);
    }
  }

  /** As {@link Attention#merge}. */
  public static void merge(
      AttentionShape shape, int tokens, MemorySegment state, MemorySegment next) {
    int length = rowLength(shape);
    for (int row = 0; row < tokens * shape.groupSize(); row++) {
      long at = (long) row * length;
      double here = state.getAtIndex(DOUBLE, at + LARGEST);
      double there = next.getAtIndex(DOUBLE, at + LARGEST);
      if (there == Double.NEGATIVE_INFINITY) {
        continue;
      }
      double largest = Math.max(here, there);
      double factor = Math.exp(here - largest);
      double nextFactor = Math.exp(there - largest);
      state.setAtIndex(DOUBLE, at + LARGEST, largest);
      for (int i = SUM; i < length; i++) {
        double merged =
            factor * state.getAtIndex(DOUBLE, at + i)
                + nextFactor * next.getAtIndex(DOUBLE, at + i);
        state.setAtIndex(DOUBLE, at + i, merged);
      }
    }
  }

  /** As {@link Attention#finish}. */
  public static void finish(
      AttentionShape shape,
      int tokens,
      MemorySegment state,
      MemorySegment out,
      long offset,
      long stride) {
    for (int row = 0; row < tokens * shape.groupSize(); row++) {
      long at = (long) row * rowLength(shape);
      long headBytes = (long) shape.valueLength() * Float.BYTES;
      long to = offset + row / shape.groupSize() * stride + row % shape.groupSize() * headBytes;
      double sum = state.getAtIndex(DOUBLE, at + SUM);
      for (int i = 0; i < shape.valueLength(); i++) {
        float mean = (float) (state.getAtIndex(DOUBLE, at + WEIGHTED + i) / sum);
        out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, to + (long) i * Float.BYTES, mean);
      }
    }
  }
}
