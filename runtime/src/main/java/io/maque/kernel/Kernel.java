package io.maque.kernel;

/** What all kernels share: a name that says operation, format and CPU feature. */
public interface Kernel {

  /** For the table that {@code kernels} prints, such as {@code MatMulQ8_0Avx2}. */
  String name();
}
