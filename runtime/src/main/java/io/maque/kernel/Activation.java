package io.maque.kernel;

/** Activation functions of feed-forward layers. */
public enum Activation {
  /** {@code x · sigmoid(x)}. */
  SILU("Silu"),
  /** {@code 0.5x(1 + erf(x/√2))} (Hendrycks and Gimpel 2016, arXiv 1606.08415). */
  GELU("Gelu"),
  /** {@code 0.5x(1 + tanh(√(2/π)(x + 0.044715x³)))}, the same paper's approximation. */
  GELU_TANH("GeluTanh"),
  /** {@code x · sigmoid(1.702x)}, its simpler one; OpenAI's CLIP has it. */
  GELU_QUICK("GeluQuick");

  private final String kernelName;

  Activation(String kernelName) {
    this.kernelName = kernelName;
  }

  /** As it begins the names of kernels. */
  public String kernelName() {
    return kernelName;
  }
}
