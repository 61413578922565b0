package io.maque.model.vision;

import io.maque.kernel.Workers;
import io.maque.nn.FullAttention;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the blocks of a tower share while they run over one picture; every block writes over the
 * values of the block before. What is computed row by row is computed some rows at a time, so that
 * large pictures take little more memory than their queries, keys and values.
 *
 * @param hidden the residual stream: {@code rows × embeddingLength}
 * @param query {@code rows × embeddingLength}; then the weighted sums of values
 * @param key {@code rows × embeddingLength}
 * @param value {@code rows × embeddingLength}
 * @param rotation of queries and keys, where the tower has one
 * @param normed input of the current sub-layer: {@code pieceRows × embeddingLength}
 * @param branch output of the current sub-layer: {@code pieceRows × embeddingLength}
 * @param inner {@code pieceRows × feedForwardLength}
 * @param prepared input of the current matrix product in its kernel's layout
 * @param scratch of attention
 * @param workers split each step
 */
record VisionPass(
    FloatMatrix hidden,
    FloatMatrix query,
    FloatMatrix key,
    FloatMatrix value,
    Optional<Rotation> rotation,
    FloatMatrix normed,
    FloatMatrix branch,
    FloatMatrix inner,
    MemorySegment prepared,
    FullAttention.Scratch scratch,
    Workers workers) {
  /** A cache line, for scratch memory of kernels. */
  static final long ALIGNMENT_BYTES = 64;

  /** Rows of a piece: many enough that decoding weights costs little beside multiplying. */
  private static final int PIECE_ROWS = 1024;

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
    int pieceRows = pieceRows(rows);
    return new VisionPass(
        FloatMatrix.allocate(arena, rows, embedding),
        FloatMatrix.allocate(arena, rows, embedding),
        FloatMatrix.allocate(arena, rows, embedding),
        FloatMatrix.allocate(arena, rows, embedding),
        Optional.empty(),
        FloatMatrix.allocate(arena, pieceRows, embedding),
        FloatMatrix.allocate(arena, pieceRows, embedding),
        FloatMatrix.allocate(arena, pieceRows, config.feedForwardLength()),
        arena.allocate(preparedBytes, ALIGNMENT_BYTES),
        attention.newScratch(arena, rows, workers.threads()),
        workers);
  }

  /** Most rows that are worked on at the same time in a picture of {@code rows} rows. */
  static int pieceRows(int rows) {
    return Math.min(rows, PIECE_ROWS);
  }

  /** The same pass in which queries and keys are rotated. */
  VisionPass rotatedBy(Rotation rotation) {
    return new VisionPass(
        hidden,
        query,
        key,
        value,
        Optional.of(rotation),
        normed,
        branch,
        inner,
        prepared,
        scratch,
        workers);
  }

  /** Runs {@code task} for one piece after the other. */
  void forEachPiece(Consumer<Piece> task) {
    int rows = hidden.rows();
    for (int begin = 0; begin < rows; begin += PIECE_ROWS) {
      task.accept(new Piece(begin, Math.min(PIECE_ROWS, rows - begin)));
    }
  }

  /** Consecutive rows of the picture; rows of what is kept for a piece only begin at 0. */
  record Piece(int begin, int rows) {

    /** The rows of the piece among those of the picture. */
    FloatMatrix of(FloatMatrix matrix) {
      return matrix.rows(begin, rows);
    }
  }
}
