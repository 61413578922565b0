package io.maque.kernel;

/** Activation functions of gated feed-forward layers. */
public enum Activation {
  /** {@code x · sigmoid(x)}. */
  SILU,
  /** {@code 0.5x(1 + tanh(√(2/π)(x + 0.044715x³)))}. */
  GELU_TANH
}
