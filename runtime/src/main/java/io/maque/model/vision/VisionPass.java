package io.maque.model.vision;

import io.maque.kernel.Workers;
import io.maque.nn.FullAttention;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the blocks of a tower share while they run over one picture; every block writes over the
 * values of the block before.
 *
 * @param hidden the residual stream: {@code rows × embeddingLength}
 * @param normed input of the current sub-layer: {@code rows × embeddingLength}
 * @param branch output of the current sub-layer: {@code rows × embeddingLength}
 * @param query {@code rows × embeddingLength}
 * @param key {@code rows × embeddingLength}
 * @param value {@code rows × embeddingLength}
 * @param attended weighted sums of values: {@code rows × embeddingLength}
 * @param inner {@code rows × feedForwardLength}
 * @param prepared input of the current matrix product in its kernel's layout
 * @param scratch of attention
 * @param workers split each step
 */
record VisionPass(
    FloatMatrix hidden,
    FloatMatrix normed,
    FloatMatrix branch,
    FloatMatrix query,
    FloatMatrix key,
    FloatMatrix value,
    FloatMatrix attended,
    FloatMatrix inner,
    MemorySegment prepared,
    FullAttention.Scratch scratch,
    Workers workers) {
  /** A cache line, for scratch memory of kernels. */
  static final long ALIGNMENT_BYTES = 64;

  /**
   * @param preparedBytes most that any layer of the encoder asks for
   */
  static VisionPass allocate(
      Arena arena,
      int rows,
      VisionConfig config,
      long preparedBytes,
      FullAttention attention,
      Workers workers) {
    int embedding = config.embeddingLength();
    return new VisionPass(
        FloatMatrix.allocate(arena, rows, embedding),
        FloatMatrix.allocate(arena, rows, embedding),
        FloatMatrix.allocate(arena, rows, embedding),
        FloatMatrix.allocate(arena, rows, embedding),
        FloatMatrix.allocate(arena, rows, embedding),
        FloatMatrix.allocate(arena, rows, embedding),
        FloatMatrix.allocate(arena, rows, embedding),
        FloatMatrix.allocate(arena, rows, config.feedForwardLength()),
        arena.allocate(preparedBytes, ALIGNMENT_BYTES),
        attention.newScratch(arena, rows, workers.threads()),
        workers);
  }
}
