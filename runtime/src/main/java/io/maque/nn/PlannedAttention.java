package io.maque.nn;

import io.maque.kernel.Attention;
import io.maque.kernel.Attention.CachedHead;
import io.maque.kernel.Attention.Queries;
import io.maque.kernel.AttentionShape;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;

/**
 * Runs an {@link AttentionPlan}. However a plan splits the work, the states of ranges are merged in
 * order of positions, so the result does not depend on it.
 */
record PlannedAttention(
    io.maque.nn.Attention layer,
    Attention kernel,
    AttentionShape shape,
    AttentionPlan plan,
    Pass pass) {

  void run() {
    int headsKv = layer.heads().headCountKv();
    int pieces = plan.pieces();
    long workerBytes = 2 * kernel.stateBytes(shape, kernel.maxTokens(shape));
    long shared = pass.workers().threads() * workerBytes;
    MemorySegment states = plan.states(shared + headsKv * pieces * kernel.stateBytes(shape, 1));
    // Head by head: neighbouring pieces then read the same keys and values.
    pass.workers()
        .forEachRange(
            pieces * headsKv,
            Grain.ATTENTION,
            (begin, end, worker) -> {
              MemorySegment own = states.asSlice(worker * workerBytes, workerBytes);
              for (int i = begin; i < end; i++) {
                attend(i % pieces, i / pieces, own, states.asSlice(shared));
              }
            });
    pass.workers()
        .forEachRange(
            plan.tiles(),
            Grain.TOKENS,
            (begin, end, worker) -> {
              for (int tile = begin; tile < end; tile++) {
                if (plan.isSplit(tile)) {
                  mergePieces(tile, states.asSlice(shared));
                }
              }
            });
  }

  private void attend(int piece, int headKv, MemorySegment own, MemorySegment pieceStates) {
    int tile = plan.tileOf(piece);
    Queries queries = layer.queries(pass, plan.row(tile), plan.tokens(tile), headKv);
    CachedHead head = layer.cachedHead(pass, plan.row(tile), headKv);
    if (plan.isSplit(tile)) {
      kernel.attend(shape, queries, head, plan.range(piece), state(pieceStates, piece, headKv));
      return;
    }
    MemorySegment next = own.asSlice(own.byteSize() / 2);
    kernel.attend(shape, queries, head, queries.firstRange(), own);
    for (int range = queries.firstRange() + 1; range < queries.rangeEnd(); range++) {
      kernel.attend(shape, queries, head, range, next);
      kernel.merge(shape, queries.tokens(), own, next);
    }
    finish(tile, headKv, own);
  }

  /** Merges what the pieces of a token left. */
  private void mergePieces(int tile, MemorySegment pieceStates) {
    int first = plan.firstPiece(tile);
    for (int headKv = 0; headKv < layer.heads().headCountKv(); headKv++) {
      MemorySegment state = state(pieceStates, first, headKv);
      for (int piece = first + 1; piece < plan.firstPiece(tile + 1); piece++) {
        kernel.merge(shape, 1, state, state(pieceStates, piece, headKv));
      }
      finish(tile, headKv, state);
    }
  }

  private MemorySegment state(MemorySegment pieceStates, int piece, int headKv) {
    long bytes = kernel.stateBytes(shape, 1);
    return pieceStates.asSlice(((long) headKv * plan.pieces() + piece) * bytes, bytes);
  }

  private void finish(int tile, int headKv, MemorySegment state) {
    FloatMatrix attended = pass.activations().attended();
    long head = (long) headKv * shape.groupSize() * shape.valueLength() * Float.BYTES;
    kernel.finish(
        shape,
        plan.tokens(tile),
        state,
        attended.data(),
        attended.offset(plan.row(tile)) + head,
        (long) attended.columns() * Float.BYTES);
  }
}
