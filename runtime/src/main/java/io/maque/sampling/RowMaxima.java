package io.maque.sampling;

import io.maque.kernel.Maxima;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What no logit of a block of a row exceeds, found by a kernel: nearly all of a row need not be
 * looked at to find its largest logits.
 */
final class RowMaxima {
  private final Maxima kernel;
  private MemorySegment found = MemorySegment.NULL;
  private float[] maxima = {};
  private int blocks;
  private boolean known;

  RowMaxima(Maxima kernel) {
    this.kernel = kernel;
  }

  /** Looks at a row; {@link #known} says whether anything came of it. */
  void find(FloatMatrix logits, int row) {
    int count = logits.columns();
    blocks = Maxima.blocks(count);
    if (maxima.length < blocks) {
      maxima = new float[blocks];
      found = Arena.ofAuto().allocate(Maxima.bytes(count));
    }
    known = kernel.find(logits.data(), logits.offset(row), count, found);
    MemorySegment.copy(found, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, maxima, 0, blocks);
  }

  /** Whether all logits of the row are finite; nothing else may be asked if not. */
  boolean known() {
    return known;
  }

  int blocks() {
    return blocks;
  }

  /** What no logit of a block exceeds. */
  float of(int block) {
    return maxima[block];
  }

  /** The logit of a token has become another; the row may be a copy. */
  void raise(int id, float logit) {
    int block = id / Maxima.BLOCK;
    maxima[block] = Math.max(maxima[block], logit);
  }

  /** The most likely token of the row that was looked at; of equals the lowest id. */
  int argmax(FloatMatrix logits, int row) {
    int best = 0;
    for (int block = 1; block < blocks; block++) {
      if (maxima[block] > maxima[best]) {
        best = block;
      }
    }
    int id = best * Maxima.BLOCK;
    while (logits.get(row, id) != maxima[best]) {
      id++;
    }
    return id;
  }
}
