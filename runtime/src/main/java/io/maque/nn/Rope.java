package io.maque.nn;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import io.maque.kernel.Kernels;
import io.maque.kernel.RopePairing;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Rotary position embedding (Su et al. 2021, arXiv 2104.09864): pair {@code i} of a head is rotated
 * by {@code position · frequency[i]}.
 *
 * <p>The angles of a pass are computed once and shared by all layers. They are formed in double
 * precision, so that far positions are exact to the last bit of an f32 cosine.
 *
 * <p>How long contexts change the frequencies is no concern of this class: it is given the
 * frequencies, and a factor on the cosines and sines that some scalings ask for. Nor is it how many
 * axes there are: every pair is rotated by one {@link Coordinates coordinate} of its row.
 */
public final class Rope {
  private final io.maque.kernel.Rope kernel;
  private final double[] frequencies;
  private final double magnitude;

  /** Axis of each pair. */
  private final int[] axes;

  /**
   * Rotates by the first coordinate alone.
   *
   * @param frequencies radians per position of each pair; fewer pairs than half a head leave the
   *     rest of the head as it is
   */
  public Rope(Kernels kernels, RopePairing pairing, double[] frequencies) {
    this(kernels, pairing, frequencies, 1.0);
  }

  /**
   * Rotates every pair by the coordinate of its axis.
   *
   * @param axes as many as frequencies
   */
  public Rope(Kernels kernels, RopePairing pairing, double[] frequencies, int[] axes) {
    this(kernels, pairing, frequencies, 1.0, axes);
  }

  /**
   * @param magnitude factor on every cosine and sine
   */
  public Rope(Kernels kernels, RopePairing pairing, double[] frequencies, double magnitude) {
    this(kernels, pairing, frequencies, magnitude, new int[frequencies.length]);
  }

  private Rope(
      Kernels kernels, RopePairing pairing, double[] frequencies, double magnitude, int[] axes) {
    if (axes.length != frequencies.length) {
      throw new IllegalArgumentException(
          "expected an axis for each of %d frequencies, found %d"
              .formatted(frequencies.length, axes.length));
    }
    this.kernel = kernels.rope(pairing);
    this.frequencies = frequencies.clone();
    this.magnitude = magnitude;
    this.axes = axes.clone();
  }

  /** The original frequencies {@code base^(-2i/dimensions)}, one for each pair. */
  public static double[] frequencies(double base, int dimensions) {
    double[] frequencies = new double[dimensions / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(base, -2.0 * i / dimensions);
    }
    return frequencies;
  }

  /** Frequencies divided by one factor: linear scaling of positions. */
  public static double[] divided(double[] frequencies, double factor) {
    return Arrays.stream(frequencies).map(frequency -> frequency / factor).toArray();
  }

  /**
   * Frequencies divided by one factor per pair, as most scalings for long contexts want it.
   *
   * @param factors f32, as many as frequencies
   */
  public static double[] divided(double[] frequencies, Tensor factors) {
    double[] divided = new double[frequencies.length];
    for (int i = 0; i < divided.length; i++) {
      divided[i] = frequencies[i] / factors.data().getAtIndex(JAVA_FLOAT_UNALIGNED, i);
    }
    return divided;
  }

  /** Columns of the matrix of angles: a cosine and a sine for each pair. */
  public int angleColumns() {
    return 2 * frequencies.length;
  }

  /**
   * Writes the cosines, then the sines of each row's coordinates.
   *
   * @param angles {@code rows × angleColumns}
   */
  public void angles(Coordinates coordinates, FloatMatrix angles, Workers workers) {
    workers.forEachRange(
        angles.rows(),
        Grain.TOKENS,
        (begin, end, worker) -> {
          for (int row = begin; row < end; row++) {
            angles(coordinates, angles, row);
          }
        });
  }

  private void angles(Coordinates coordinates, FloatMatrix angles, int row) {
    int pairs = frequencies.length;
    for (int i = 0; i < pairs; i++) {
      double angle = coordinates.coordinate(row, axes[i]) * frequencies[i];
      angles.set(row, i, (float) (magnitude * Math.cos(angle)));
      angles.set(row, pairs + i, (float) (magnitude * Math.sin(angle)));
    }
  }

  /**
   * Rotates every row in place.
   *
   * @param x {@code rows × (heads · headLength)}
   * @param angles of as many rows
   */
  public void rotate(FloatMatrix x, int heads, FloatMatrix angles, Workers workers) {
    workers.forEachRange(
        x.rows(),
        Grain.TOKENS,
        (begin, end, worker) -> {
          for (int row = begin; row < end; row++) {
            rotate(x, row, heads, angles);
          }
        });
  }

  /**
   * Rotates the heads of the only row by the mean of the rotations of the first positions, on
   * whatever axis.
   */
  void rotateByMean(FloatMatrix x, int heads, int positions) {
    int pairs = frequencies.length;
    FloatMatrix angles = FloatMatrix.allocate(Arena.ofAuto(), 1, angleColumns());
    for (int i = 0; i < pairs; i++) {
      double middle = frequencies[i] * positions / 2;
      double length = magnitude * (middle == 0 ? 1 : Math.sin(middle) / middle);
      angles.set(0, i, (float) (length * Math.cos(middle)));
      angles.set(0, pairs + i, (float) (length * Math.sin(middle)));
    }
    rotate(x, 0, heads, angles);
  }

  /** Rotates the heads of one row in place. */
  void rotate(FloatMatrix x, int row, int heads, FloatMatrix angles) {
    kernel.rotate(
        x.data(),
        x.offset(row),
        heads,
        x.columns() / heads,
        frequencies.length,
        angles.data(),
        angles.offset(row));
  }
}
