package io.maque.model;

import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * An image encoder with its projector: turns pixels into rows that a text model takes in place of
 * token embeddings.
 *
 * <p>Reads its weights in place and must not be used after the file they come from was closed. Its
 * scratch memory is allocated by the first image and kept, so it encodes one image at a time: not
 * for use by several threads at once.
 */
public interface ImageEncoder {

  /** Values per row: the embedding length of the text model that belongs to it. */
  int embeddingLength();

  /** What becomes of a picture before it is encoded. */
  Preprocessing preprocessing();

  /**
   * Rows that a picture of this size makes.
   *
   * @throws IllegalArgumentException when it does not take pictures of this size
   */
  int imageTokens(int width, int height);

  /**
   * Encodes one picture.
   *
   * @param pixels of a size that {@link #imageTokens} accepts
   * @param cancelled asked between layers, on the calling thread, whether nobody wants the result
   *     any more
   * @return {@code imageTokens × embeddingLength}, in memory of its own that lives as long as the
   *     matrix; the same bits for any number of threads. Empty when cancelled
   * @throws IllegalArgumentException when it does not take pictures of this size
   */
  Optional<FloatMatrix> encode(PixelTensor pixels, Workers workers, BooleanSupplier cancelled);
}
