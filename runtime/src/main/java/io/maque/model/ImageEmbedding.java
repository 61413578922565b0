package io.maque.model;

import io.maque.image.Size;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An encoded picture: what a text model takes in place of token embeddings.
 *
 * @param rows {@code tokens × embeddingLength}, in the order of the grid
 * @param deepstack added to the hidden states of the same positions, entry {@code i} behind layer
 *     {@code i} (Meng et al. 2024, arXiv 2406.04334); each shaped as {@code rows}, none for most
 *     encoders
 * @param grid how the rows lie in the picture
 */
public record ImageEmbedding(FloatMatrix rows, List<FloatMatrix> deepstack, ImageGrid grid) {

  public ImageEmbedding {
    deepstack = List.copyOf(deepstack);
    for (FloatMatrix matrix : Stream.concat(Stream.of(rows), deepstack.stream()).toList()) {
      if (matrix.rows() != grid.tokens() || matrix.columns() != rows.columns()) {
        throw new IllegalArgumentException(
            "image embedding: expected %d × %d values, found %d × %d"
                .formatted(grid.tokens(), rows.columns(), matrix.rows(), matrix.columns()));
      }
    }
  }

  /** Memory for a picture, which lives as long as {@code arena}. */
  public static ImageEmbedding allocate(
      Arena arena, ImageGrid grid, int embeddingLength, int deepstackLayers) {
    return new ImageEmbedding(
        FloatMatrix.allocate(arena, grid.tokens(), embeddingLength),
        IntStream.range(0, deepstackLayers)
            .mapToObj(layer -> FloatMatrix.allocate(arena, grid.tokens(), embeddingLength))
            .toList(),
        grid);
  }

  /**
   * Proves that an encoder may write the rows of a picture here.
   *
   * @param processed size of the picture
   * @throws IllegalArgumentException when the encoder does not take it, or this was made for
   *     another encoder or size
   */
  public void requireMadeFor(ImageEncoder encoder, Size processed) {
    ImageGrid expected = encoder.grid(processed);
    if (!grid.equals(expected)
        || rows.columns() != encoder.embeddingLength()
        || deepstack.size() != encoder.deepstackLayers()) {
      throw new IllegalArgumentException(
          "image embedding: expected %s of %d values and %d deepstack layers, found %s, %d and %d"
              .formatted(
                  expected,
                  encoder.embeddingLength(),
                  encoder.deepstackLayers(),
                  grid,
                  rows.columns(),
                  deepstack.size()));
    }
  }

  /** Bytes of a picture of an encoder. */
  public static long bytes(ImageGrid grid, int embeddingLength, int deepstackLayers) {
    return (1L + deepstackLayers) * grid.tokens() * embeddingLength * Float.BYTES;
  }
}
