package io.maque.kernel.jit;

import io.maque.kernel.AttentionShape;

/**
 * The softmax states of {@link AttentionJit}: a row for each head of each token. A row is
 *
 * <pre>
 *     0  largest   f32          largest score so far; -infinity before the first position
 *     4  factor    f32          on what was summed before the current step
 *    64  weights   f32[N]       of the current step; N to a register
 *   128  sums      f32[N]       sums of weights, one for each position of a step
 *   192  weighted  f32[padded]  weighted sum of values, in whole registers
 * </pre>
 */
final class AttentionState {
  static final int LARGEST = 0;
  static final int FACTOR = 4;
  static final int WEIGHTS = 64;
  static final int SUMS = 128;
  static final int WEIGHTED = 192;

  /** {@link #LARGEST} where there was no position: the bits of -infinity. */
  static final int NONE = 0xFF800000;

  private AttentionState() {}

  /** Registers that {@code length} f32 take. */
  static int chunks(Isa isa, int length) {
    return Math.ceilDiv(length, isa.floats());
  }

  static int rowBytes(Isa isa, AttentionShape shape) {
    return WEIGHTED + chunks(isa, shape.valueLength()) * isa.bytes();
  }

  static long bytes(Isa isa, AttentionShape shape, int tokens) {
    return (long) tokens * shape.groupSize() * rowBytes(isa, shape);
  }
}
