package io.maque.nn;

/**
 * Where the rows of a pass stand along the axes that {@link Rope} rotates by: of text the one
 * position, of the patches of a picture line and column.
 */
@FunctionalInterface
public interface Coordinates {

  /** The coordinate of a row along an axis, counted from 0. */
  int coordinate(int row, int axis);
}
