package io.maque.sampling;

import io.maque.kernel.Maxima;
import java.util.Arrays;

/**
 * The most likely tokens of a row, most likely first and of equals the lower id first, found
 * without sorting the row: a binary heap of {@code k} entries whose root is the least likely one.
 */
final class TopTokens {
  private int[] ids = new int[64];
  private float[] logits = new float[64];
  private int count;
  private int limit;

  /** Keeps the {@code k} most likely tokens; fewer when fewer are possible. */
  void select(float[] row, int k) {
    begin(row, k);
    look(row, 0, row.length);
    sortBestFirst();
  }

  /** The same, passing over blocks that have nothing to add. */
  void select(float[] row, int k, RowMaxima maxima) {
    begin(row, k);
    for (int block = 0; block < maxima.blocks(); block++) {
      if (count < limit || maxima.of(block) > logits[0]) {
        int begin = block * Maxima.BLOCK;
        look(row, begin, Math.min(begin + Maxima.BLOCK, row.length));
      }
    }
    sortBestFirst();
  }

  private void begin(float[] row, int k) {
    limit = Math.min(k, row.length);
    if (ids.length < limit) {
      ids = Arrays.copyOf(ids, limit);
      logits = Arrays.copyOf(logits, limit);
    }
    count = 0;
  }

  /** Looks at the tokens {@code [begin, end)}. */
  private void look(float[] row, int begin, int end) {
    for (int id = begin; id < end; id++) {
      float logit = row[id];
      if (count < limit) {
        if (logit > Float.NEGATIVE_INFINITY) {
          push(id, logit);
        }
      } else if (logit > logits[0]) {
        siftDown(0, count, id, logit);
      }
    }
  }

  /** Tokens kept. */
  int count() {
    return count;
  }

  /** Id of the {@code i}-th most likely token. */
  int id(int i) {
    return ids[i];
  }

  /** Its logit. */
  float logit(int i) {
    return logits[i];
  }

  private void push(int id, float logit) {
    int child = count++;
    while (child > 0) {
      int parent = (child - 1) / 2;
      if (!less(logit, id, logits[parent], ids[parent])) {
        break;
      }
      place(child, ids[parent], logits[parent]);
      child = parent;
    }
    place(child, id, logit);
  }

  private void sortBestFirst() {
    for (int end = count - 1; end > 0; end--) {
      int id = ids[end];
      float logit = logits[end];
      place(end, ids[0], logits[0]);
      siftDown(0, end, id, logit);
    }
  }

  /** Puts an entry into the heap of {@code size} entries whose root is free. */
  private void siftDown(int root, int size, int id, float logit) {
    int parent = root;
    for (int child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
      int other = child + 1;
      if (other < size && less(logits[other], ids[other], logits[child], ids[child])) {
        child = other;
      }
      if (!less(logits[child], ids[child], logit, id)) {
        break;
      }
      place(parent, ids[child], logits[child]);
      parent = child;
    }
    place(parent, id, logit);
  }

  private void place(int slot, int id, float logit) {
    ids[slot] = id;
    logits[slot] = logit;
  }

  private static boolean less(float logit, int id, float otherLogit, int otherId) {
    return logit < otherLogit || (logit == otherLogit && id > otherId);
  }
}
