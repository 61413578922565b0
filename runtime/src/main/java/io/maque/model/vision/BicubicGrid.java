package io.maque.model.vision;

import io.maque.tensor.FloatMatrix;

/**
 * Learned positions of one square grid for another: bicubic interpolation of every column (Keys
 * 1981, with a = −0.75), pixel centres on pixel centres, the edge repeated beyond itself. As torch
 * interpolates without antialiasing; pictures are resampled otherwise, see {@code image}.
 */
final class BicubicGrid {
  private static final int TAPS = 4;
  private static final double A = -0.75;

  private BicubicGrid() {}

  /**
   * @param in rows of a square grid, line by line
   * @param out as {@code in}, of another grid
   */
  static void resample(FloatMatrix in, FloatMatrix out) {
    int inSide = side(in);
    int outSide = side(out);
    for (int y = 0; y < outSide; y++) {
      Taps vertical = Taps.of(y, inSide, outSide);
      for (int x = 0; x < outSide; x++) {
        Taps horizontal = Taps.of(x, inSide, outSide);
        for (int column = 0; column < in.columns(); column++) {
          out.set(y * outSide + x, column, sum(in, inSide, vertical, horizontal, column));
        }
      }
    }
  }

  private static int side(FloatMatrix grid) {
    int side = (int) Math.sqrt(grid.rows());
    if (side * side != grid.rows()) {
      throw new IllegalArgumentException(
          "expected the rows of a square grid, found " + grid.rows());
    }
    return side;
  }

  private static float sum(FloatMatrix in, int side, Taps vertical, Taps horizontal, int column) {
    float sum = 0;
    for (int i = 0; i < TAPS; i++) {
      float line = 0;
      for (int j = 0; j < TAPS; j++) {
        int row = vertical.index[i] * side + horizontal.index[j];
        line += horizontal.weight[j] * in.get(row, column);
      }
      sum += vertical.weight[i] * line;
    }
    return sum;
  }

  /** The four values of an axis that one is made of. */
  private static final class Taps {
    private final int[] index = new int[TAPS];
    private final float[] weight = new float[TAPS];

    static Taps of(int out, int inSide, int outSide) {
      double centre = (out + 0.5) * inSide / outSide - 0.5;
      int floor = (int) Math.floor(centre);
      Taps taps = new Taps();
      for (int i = 0; i < TAPS; i++) {
        int at = floor - 1 + i;
        taps.index[i] = Math.clamp(at, 0, inSide - 1);
        taps.weight[i] = (float) cubic(Math.abs(centre - at));
      }
      return taps;
    }

    private static double cubic(double distance) {
      if (distance <= 1) {
        return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
      }
      return ((distance - 5) * distance + 8) * distance * A - 4 * A;
    }
  }
}
