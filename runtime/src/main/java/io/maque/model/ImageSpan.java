package io.maque.model;

import java.util.Optional;

/**
 * Where a picture stands in a sequence: it takes the positions from {@code begin} on, one for each
 * row of its grid. Every one of them has the same negative id, which belongs to this picture alone.
 *
 * @param begin position of its first row
 * @param embedding its rows; present whenever one of them is in the slice
 */
public record ImageSpan(int begin, ImageGrid grid, Optional<ImageEmbedding> embedding) {

  public ImageSpan {
    if (begin < 0) {
      throw new IllegalArgumentException("expected a position of 0 or more, found " + begin);
    }
    if (embedding.isPresent() && !embedding.get().grid().equals(grid)) {
      throw new IllegalArgumentException(
          "expected an embedding of %s, found %s".formatted(grid, embedding.get().grid()));
    }
  }

  /** Position after its last row. */
  public int end() {
    return Math.addExact(begin, grid.tokens());
  }
}
