package io.maque.nn;

import io.maque.kernel.Kernels;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Root-mean-square normalisation of each row (Zhang and Sennrich 2019, arXiv 1910.07467). A
 * per-head norm is the same over a matrix that is seen with one row per head.
 */
public final class RmsNorm {
  private final io.maque.kernel.RmsNorm kernel;
  private final MemorySegment weight;
  private final int columns;
  private final float epsilon;

  /**
   * @param weight f32, one factor per column
   */
  public RmsNorm(Kernels kernels, Tensor weight, float epsilon) {
    this.kernel = kernels.rmsNorm();
    this.weight = weight.data();
    this.columns = weight.columns();
    this.epsilon = epsilon;
  }

  /**
   * Normalises each row of {@code in} into the same row of {@code out}, which may be {@code in}.
   */
  public RowStep step(FloatMatrix in, FloatMatrix out) {
    int heads = in.columns() / columns;
    return (begin, end) -> normalize(in, begin * heads, (end - begin) * heads, out, begin * heads);
  }

  /** Normalises some rows of {@code in} into the first rows of {@code out}. */
  public void gather(FloatMatrix in, int[] rows, FloatMatrix out) {
    for (int i = 0; i < rows.length; i++) {
      normalize(in, rows[i], 1, out, i);
    }
  }

  private void normalize(FloatMatrix in, int from, int rows, FloatMatrix out, int to) {
    long rowBytes = (long) columns * Float.BYTES;
    kernel.normalizeRows(
        in.data(), from * rowBytes, rows, columns, weight, epsilon, out.data(), to * rowBytes);
  }
}
