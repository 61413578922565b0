package io.maque.asm.arm64;

/** What a CPU and its operating system must both offer before kernels may use it. */
public enum ArmFeature {
  /** Advanced SIMD in half precision. */
  FP16,
  /** Dot products of bytes ({@code sdot}). */
  DOTPROD,
  /** Products of matrices of bytes ({@code smmla}). */
  I8MM,
  /** Products of bfloat16. */
  BF16
}
