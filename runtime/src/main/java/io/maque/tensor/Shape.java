package io.maque.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The extents of a tensor in GGUF order: the first is the contiguous one (the row length, ggml's
 * {@code ne[0]}). A linear weight that maps {@code in} values to {@code out} has shape {@code [in,
 * out]}. Immutable; one to four positive extents.
 */
public final class Shape {
  private final long[] extents;

  private Shape(long[] extents) {
    this.extents = extents;
  }

  /**
   * A shape of the given extents, contiguous one first.
   *
   * @throws IllegalArgumentException for no or more than four extents, or one that is not positive
   * @throws ArithmeticException when the element count does not fit a long
   */
  public static Shape of(long... extents) {
    if (extents.length < 1 || extents.length > 4) {
      throw new IllegalArgumentException("expected 1 to 4 extents, found " + extents.length);
    }
    long elements = 1;
    for (long extent : extents) {
      if (extent <= 0) {
        throw new IllegalArgumentException(
            "expected positive extents, found " + Arrays.toString(extents));
      }
      elements = Math.multiplyExact(elements, extent);
    }
    return new Shape(extents.clone());
  }

  /** Number of extents, 1 to 4. */
  public int rank() {
    return extents.length;
  }

  /** Extent {@code i}; 1 beyond the rank, so that a vector reads as a matrix of one row. */
  public long extent(int i) {
    return i < extents.length ? extents[i] : 1;
  }

  /** Elements per row: the contiguous extent. */
  public long columns() {
    return extents[0];
  }

  /** Number of rows: the product of all extents but the first. */
  public long rows() {
    return elements() / extents[0];
  }

  /** Number of elements. */
  public long elements() {
    long elements = 1;
    for (long extent : extents) {
      elements *= extent;
    }
    return elements;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /** As in error messages: {@code [896, 4864]}. */
  @Override
  public String toString() {
    return Arrays.stream(extents)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
