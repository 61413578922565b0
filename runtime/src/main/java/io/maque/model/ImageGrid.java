package io.maque.model;

/**
 * The rows of a picture as a text model sees them, from the top left, line by line.
 *
 * @param rows lines, at least 1
 * @param columns rows of a line, at least 1; the rows of an encoder without two dimensions are one
 *     line
 */
public record ImageGrid(int rows, int columns) {

  public ImageGrid {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "expected at least one row and column, found %d × %d".formatted(rows, columns));
    }
    Math.multiplyExact(rows, columns);
  }

  /** Positions of a prompt that the picture takes. */
  public int tokens() {
    return rows * columns;
  }
}
