package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The product of a weight matrix with activations: {@code out[t][r] = Σₖ weight[r][k] · x[t][k]}.
 *
 * <p>Serves both decode (one or a few tokens) and prefill (many tokens). The sum of an output
 * element is formed in one fixed order that depends neither on {@code tokens} nor on how rows are
 * split, so that a sequence's tokens do not depend on its neighbours in the batch.
 */
public interface MatMul extends Kernel {

  /**
   * How this kernel wants its activations. Kernels that share one layout instance share prepared
   * activations, so that Q, K and V need them written once.
   */
  ActivationLayout activationLayout();

  /**
   * Computes output rows {@code [rowBegin, rowEnd)} for all tokens.
   *
   * @param weight whole rows of the kernel's weight format, the first being row 0
   * @param columns elements per weight row, a multiple of the format's block size
   * @param activations {@code tokens} activations in {@link #activationLayout()}, each {@code
   *     activationLayout().bytes(columns)} bytes, without padding between them
   * @param tokens number of activations, at least 1
   * @param out f32, {@code tokens × outColumns}; only columns {@code [rowBegin, rowEnd)} of each
   *     row are written
   * @param outColumns floats from one token's output to the next
   */
  void multiply(
      MemorySegment weight,
      int columns,
      MemorySegment activations,
      int tokens,
      MemorySegment out,
      int outColumns,
      int rowBegin,
      int rowEnd);
}
