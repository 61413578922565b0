package io.maque.nn;

import io.maque.kernel.Add;
import io.maque.kernel.Kernels;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;

/** The residual connection around a layer: {@code hidden += branch}. */
public final class Residual {
  private final Add kernel;

  public Residual(Kernels kernels) {
    this.kernel = kernels.add();
  }

  /** Adds each row of {@code branch} to the same row of {@code hidden}. */
  public RowStep step(FloatMatrix hidden, FloatMatrix branch) {
    return (begin, end) ->
        kernel.add(
            hidden.data(),
            hidden.offset(begin),
            branch.data(),
            branch.offset(begin),
            (end - begin) * hidden.columns());
  }

  /** The same, split among threads. */
  public void add(FloatMatrix hidden, FloatMatrix branch, Workers workers) {
    step(hidden, branch).forAll(hidden.rows(), workers);
  }
}
