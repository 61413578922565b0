package io.maque.model;

import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import java.util.List;
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

  /** How samples in 0 to 1 become the numbers it was trained on: (sample − mean) / std. */
  Normalization normalization();

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
  Optional<FloatMatrix> encode(PixelPlanes pixels, Workers workers, BooleanSupplier cancelled);

  /**
   * What is subtracted from samples, then what they are divided by.
   *
   * @param mean of red, green and blue
   * @param std of the same, above 0
   */
  record Normalization(List<Float> mean, List<Float> std) {

    public Normalization {
      mean = List.copyOf(mean);
      std = List.copyOf(std);
    }
  }
}
