package io.maque.sampling;

import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * Ids of a vocabulary that may be sampled. Matrices of embeddings often have more rows than the
 * tokenizer has tokens; what the rows of padding and other unused ids say is noise.
 */
public final class TokenSet {
  private final BitSet members;
  private final int size;

  private TokenSet(BitSet members, int size) {
    this.members = members;
    this.size = size;
  }

  /** All ids below {@code size}. */
  public static TokenSet all(int size) {
    return of(size, id -> true);
  }

  /** The ids below {@code size} for which {@code allowed} holds. */
  public static TokenSet of(int size, IntPredicate allowed) {
    BitSet members = new BitSet(size);
    for (int id = 0; id < size; id++) {
      members.set(id, allowed.test(id));
    }
    return new TokenSet(members, size);
  }

  /** Rows of logits this set speaks of. */
  public int size() {
    return size;
  }

  /** Whether {@code id} may be sampled. */
  public boolean contains(int id) {
    return members.get(id);
  }

  /** Sets the logits of all others to minus infinity. */
  void mask(float[] logits) {
    for (int id = members.nextClearBit(0); id < logits.length; id = members.nextClearBit(id + 1)) {
      logits[id] = Float.NEGATIVE_INFINITY;
    }
  }
}
