package io.maque.engine;

import io.maque.image.PixelTensor;
import io.maque.model.ImageGrid;
import java.util.function.Supplier;

/**
 * A picture in a prompt.
 *
 * @param begin position of its first row; it takes one position for each row of the grid
 * @param grid how its rows lie in the picture
 * @param id the negative id that the prompt has at all of its positions, given out by the image
 *     cache: equal for equal pictures, different for different ones
 * @param pixels of the picture; asked by the engine thread when its rows are neither in the KV
 *     cache nor in the image cache, which may happen again after a long time. What it throws ends
 *     the request
 */
public record PromptImage(int begin, ImageGrid grid, int id, Supplier<PixelTensor> pixels) {

  public PromptImage {
    if (begin < 0) {
      throw new IllegalArgumentException("expected a position of 0 or more, found " + begin);
    }
    if (id >= 0) {
      throw new IllegalArgumentException("expected the negative id of an image, found " + id);
    }
  }

  /** Position after its last row. */
  public int end() {
    return Math.addExact(begin, grid.tokens());
  }
}
