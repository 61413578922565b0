package io.maque.model.text;

import io.maque.kernel.Workers;
import io.maque.model.Batch;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageSpan;
import io.maque.nn.Residual;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;

/**
 * Pictures in the hidden states of a batch. Hidden states have one row per token of the batch; of
 * each picture a run of rows meets a run of positions of a slice.
 */
final class ImageRows {
  private ImageRows() {}

  /** Rows of a picture that stand in a slice. */
  private record Run(ImageSpan image, int begin, int end) {

    static Run of(ImageSpan image, Batch.Slice slice) {
      return new Run(
          image, Math.max(image.begin(), slice.begin()), Math.min(image.end(), slice.end()));
    }

    boolean isEmpty() {
      return begin >= end;
    }

    int length() {
      return end - begin;
    }

    /** The first of them in the picture. */
    int first() {
      return begin - image.begin();
    }

    ImageEmbedding embedding() {
      return image
          .embedding()
          .orElseThrow(() ->
              new IllegalArgumentException(
                  "image at position %d: expected its rows with the slice at %d, found none"
                      .formatted(image.begin(), begin)));
    }
  }

  /** Copies the rows of all pictures to where they stand. */
  static void place(Batch batch, FloatMatrix hidden) {
    int row = 0;
    for (Batch.Slice slice : batch.slices()) {
      for (ImageSpan image : slice.images()) {
        Run run = Run.of(image, slice);
        if (!run.isEmpty()) {
          FloatMatrix rows = matching(run.embedding().rows(), hidden);
          MemorySegment.copy(
              rows.data(),
              rows.offset(run.first()),
              hidden.data(),
              hidden.offset(row + run.begin() - slice.begin()),
              rows.offset(run.length()));
        }
      }
      row += slice.tokens().length;
    }
  }

  /** Adds what pictures give to a layer's output, where they give anything. */
  static void addDeepstack(
      Batch batch, int layer, FloatMatrix hidden, Residual residual, Workers workers) {
    int row = 0;
    for (Batch.Slice slice : batch.slices()) {
      for (ImageSpan image : slice.images()) {
        Run run = Run.of(image, slice);
        if (!run.isEmpty() && layer < run.embedding().deepstack().size()) {
          residual.add(
              hidden.rows(row + run.begin() - slice.begin(), run.length()),
              run.embedding().deepstack().get(layer).rows(run.first(), run.length()),
              workers);
        }
      }
      row += slice.tokens().length;
    }
  }

  /** Whether a picture gives anything to a layer's output. */
  static boolean hasDeepstack(Batch batch, int layer) {
    return batch.slices().stream()
        .anyMatch(slice ->
            slice.images().stream()
                .anyMatch(image ->
                    !Run.of(image, slice).isEmpty()
                        && layer < Run.of(image, slice).embedding().deepstack().size()));
  }

  private static FloatMatrix matching(FloatMatrix rows, FloatMatrix hidden) {
    if (rows.columns() != hidden.columns()) {
      throw new IllegalArgumentException(
          "image embedding: expected rows of %d values, found %d"
              .formatted(hidden.columns(), rows.columns()));
    }
    return rows;
  }
}
