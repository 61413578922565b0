package io.maque.nn;

import io.maque.kernel.Activation;
import io.maque.kernel.Kernels;
import io.maque.kernel.PlainActivation;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;

/**
 * Two linear layers with an activation between them, {@code Fc2·activation(Fc1·x)}: the
 * feed-forward layer of image encoders and the projector of LLaVA.
 */
public final class Mlp {
  private final FusedLinear fc1;
  private final PlainActivation activation;
  private final FusedLinear fc2;

  public Mlp(Kernels kernels, Linear fc1, Activation activation, Linear fc2) {
    this.fc1 = new FusedLinear(kernels, fc1);
    this.activation = kernels.plainActivation(activation);
    this.fc2 = new FusedLinear(kernels, fc2);
  }

  /** Scratch memory of {@code rows} rows. */
  public long preparedBytes(int rows) {
    return Math.max(fc1.preparedBytes(rows), fc2.preparedBytes(rows));
  }

  /**
   * Computes every row of {@code in}; the result goes to {@code out}.
   *
   * @param inner receives what is between the layers: as many rows, as wide as {@code fc1}'s output
   * @param prepared at least {@link #preparedBytes}
   */
  public void forward(
      FloatMatrix in, FloatMatrix inner, FloatMatrix out, MemorySegment prepared, Workers workers) {
    fc1.forward(in, prepared, workers, inner);
    workers.forEachRange(
        inner.rows(),
        Grain.TOKENS,
        (begin, end, worker) ->
            activation.apply(inner.data(), inner.offset(begin), (end - begin) * inner.columns()));
    fc2.forward(inner, prepared, workers, out);
  }
}
