package io.maque.nn;

import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import io.maque.kernel.Kernels;
import io.maque.tensor.FloatMatrix;

/**
 * A gated feed-forward layer {@code Down(activation(Gate·x) ⊙ Up·x)} (Shazeer 2020, arXiv
 * 2002.05202).
 */
public final class FeedForward {
  private final FusedLinear gateUp;
  private final GatedActivation activation;
  private final FusedLinear down;

  private FeedForward(Kernels kernels, Activation activation, Linear gate, Linear up, Linear down) {
    this.gateUp = new FusedLinear(kernels, gate, up);
    this.activation = kernels.gatedActivation(activation);
    this.down = new FusedLinear(kernels, down);
  }

  /** The variant with SiLU. */
  public static FeedForward swiGlu(Kernels kernels, Linear gate, Linear up, Linear down) {
    return new FeedForward(kernels, Activation.SILU, gate, up, down);
  }

  /** The variant with GELU in its tanh form. */
  public static FeedForward geGlu(Kernels kernels, Linear gate, Linear up, Linear down) {
    return new FeedForward(kernels, Activation.GELU_TANH, gate, up, down);
  }

  /** Scratch memory of a pass of {@code tokens} tokens. */
  public long preparedBytes(int tokens) {
    return Math.max(gateUp.preparedBytes(tokens), down.preparedBytes(tokens));
  }

  /**
   * Computes every row of {@code in}; the result goes to {@code out}.
   *
   * @param before makes the rows of {@code in}
   */
  public void forward(RowStep before, FloatMatrix in, FloatMatrix out, Pass pass) {
    Activations x = pass.activations();
    FloatMatrix gate = x.gate();
    FloatMatrix up = x.up();
    gateUp.forward(before, in, x.prepared(), pass.workers(), gate, up);
    RowStep activate =
        (begin, end) ->
            activation.apply(
                gate.data(),
                gate.offset(begin),
                up.data(),
                up.offset(begin),
                (end - begin) * gate.columns());
    down.forward(activate, gate, x.prepared(), pass.workers(), out);
  }
}
