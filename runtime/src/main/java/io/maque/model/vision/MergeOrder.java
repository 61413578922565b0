package io.maque.model.vision;

import io.maque.nn.Coordinates;

/**
 * The order of patches in a tower whose last layer merges squares of them: square by square, line
 * by line, and within a square likewise. So what is merged stands together. Axis 0 is the line of a
 * patch, axis 1 its column.
 *
 * @param columns patches of a line, a multiple of {@code merge}
 * @param merge patches along the side of a square
 */
record MergeOrder(int columns, int merge) implements Coordinates {
  static final int LINE = 0;
  static final int COLUMN = 1;

  @Override
  public int coordinate(int patch, int axis) {
    int square = patch / (merge * merge);
    int within = patch % (merge * merge);
    int squaresOfALine = columns / merge;
    return axis == LINE
        ? square / squaresOfALine * merge + within / merge
        : square % squaresOfALine * merge + within % merge;
  }
}
