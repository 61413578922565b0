package io.maque.model;

import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.kernel.Workers;
import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;

/**
 * An image encoder with its projector: turns pixels into rows that a text model takes in place of
 * token embeddings. Holds no state of a picture: that is in the arguments. Implementations read the
 * weights in place and must not be used after the file they come from was closed.
 */
public interface ImageEncoder {

  /** Values per row: the embedding length of the text model that belongs to it. */
  int embeddingLength();

  /** How many layers of the text model it adds to; see {@link ImageEmbedding#deepstack}. */
  default int deepstackLayers() {
    return 0;
  }

  /** What becomes of a picture before it is encoded. */
  Preprocessing preprocessing();

  /**
   * The rows that a picture of this size makes.
   *
   * @param processed the size after preprocessing
   * @throws IllegalArgumentException when it does not take pictures of this size
   */
  ImageGrid grid(Size processed);

  /** Memory for the rows of a picture of this size; see {@link #grid}. */
  default ImageEmbedding newEmbedding(Arena arena, Size processed) {
    return ImageEmbedding.allocate(arena, grid(processed), embeddingLength(), deepstackLayers());
  }

  /**
   * Encodes one picture.
   *
   * @param pixels of a size that {@link #grid} accepts
   * @param out receives the rows, the same bits for any number of threads; made by {@link
   *     #newEmbedding} for a picture of this size
   * @param scratch memory for what lies between pixels and rows, of this call alone: zeroed, for
   *     all threads, closed by the caller
   * @param stillWanted asked between layers, on the calling thread, whether to go on; it may use
   *     the workers for something else
   * @return whether {@code out} is complete; false when it is not wanted any more
   * @throws IllegalArgumentException when it does not take pictures of this size
   */
  boolean encode(
      PixelTensor pixels,
      ImageEmbedding out,
      Arena scratch,
      Workers workers,
      BooleanSupplier stillWanted);
}
