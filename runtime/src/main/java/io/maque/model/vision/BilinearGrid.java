package io.maque.model.vision;

import io.maque.kernel.Workers;
import io.maque.nn.Coordinates;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Learned positions of a square grid for a grid of any shape: bilinear interpolation with the
 * corners on the corners, in f32 as the reference computes it.
 *
 * @param table one row per position of the square, line by line
 * @param side of the square
 */
record BilinearGrid(FloatMatrix table, int side) {
  /** Rows that are worth handing to another thread. */
  private static final int GRAIN = 32;

  /** The two positions of an axis between which a coordinate lies, and the weight of the second. */
  private record Tap(int first, int second, float weight) {

    static Tap of(int coordinate, int length, int side) {
      float at = (float) coordinate * (side - 1) / Math.max(length - 1, 1);
      int first = (int) at;
      return new Tap(first, Math.min(first + 1, side - 1), at - first);
    }
  }

  /**
   * Adds to each row its position.
   *
   * @param lines of the grid
   * @param columns of the grid
   * @param order line and column of each row
   * @param hidden as many columns as the table
   */
  void addTo(FloatMatrix hidden, int lines, int columns, Coordinates order, Workers workers) {
    workers.forEachRange(
        hidden.rows(),
        GRAIN,
        (begin, end, worker) -> {
          Sum sum = new Sum();
          for (int row = begin; row < end; row++) {
            Tap line = Tap.of(order.coordinate(row, 0), lines, side);
            Tap column = Tap.of(order.coordinate(row, 1), columns, side);
            sum.clear();
            sum.add(line.first, column.first, (1 - line.weight) * (1 - column.weight));
            sum.add(line.first, column.second, (1 - line.weight) * column.weight);
            sum.add(line.second, column.first, line.weight * (1 - column.weight));
            sum.add(line.second, column.second, line.weight * column.weight);
            sum.addTo(hidden, row);
          }
        });
  }

  /** A weighted sum of rows of the table. */
  private final class Sum {
    private final float[] sum = new float[table.columns()];
    private final float[] values = new float[table.columns()];

    void clear() {
      Arrays.fill(sum, 0);
    }

    void add(int line, int column, float weight) {
      read(table, line * side + column);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weight * values[i];
      }
    }

    void addTo(FloatMatrix hidden, int row) {
      read(hidden, row);
      for (int i = 0; i < sum.length; i++) {
        values[i] += sum[i];
      }
      MemorySegment.copy(
          values, 0, hidden.data(), ValueLayout.JAVA_FLOAT, hidden.offset(row), values.length);
    }

    private void read(FloatMatrix matrix, int row) {
      MemorySegment.copy(
          matrix.data(), ValueLayout.JAVA_FLOAT, matrix.offset(row), values, 0, values.length);
    }
  }
}
