package io.maque.nn;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import io.maque.kernel.Kernels;
import io.maque.kernel.RopePairing;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;
import java.util.Arrays;

/**
 * Rotary position embedding (Su et al. 2021, arXiv 2104.09864): pair {@code i} of a head is rotated
 * by {@code position · frequency[i]}.
 *
 * <p>The angles of a pass are computed once and shared by all layers. They are formed in double
 * precision, so that far positions are exact to the last bit of an f32 cosine.
 *
 * <p>How long contexts change the frequencies is no concern of this class: it is given the
 * frequencies, and a factor on the cosines and sines that some scalings ask for.
 */
public final class Rope {
  private final io.maque.kernel.Rope kernel;
  private final double[] frequencies;
  private final double magnitude;

  /**
   * @param frequencies radians per position of each pair; fewer pairs than half a head leave the
   *     rest of the head as it is
   */
  public Rope(Kernels kernels, RopePairing pairing, double[] frequencies) {
    this(kernels, pairing, frequencies, 1.0);
  }

  /**
   * @param magnitude factor on every cosine and sine
   */
  public Rope(Kernels kernels, RopePairing pairing, double[] frequencies, double magnitude) {
    this.kernel = kernels.rope(pairing);
    this.frequencies = frequencies.clone();
    this.magnitude = magnitude;
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
   * Writes the cosines, then the sines of each row's position.
   *
   * @param angles {@code rows × angleColumns}
   */
  public void angles(Positions positions, FloatMatrix angles, Workers workers) {
    workers.forEachRange(
        angles.rows(),
        Grain.TOKENS,
        (begin, end, worker) -> {
          for (int row = begin; row < end; row++) {
            angles(positions.position(row), angles, row);
          }
        });
  }

  private void angles(int position, FloatMatrix angles, int row) {
    int pairs = frequencies.length;
    for (int i = 0; i < pairs; i++) {
      double angle = position * frequencies[i];
      angles.set(row, i, (float) (magnitude * Math.cos(angle)));
      angles.set(row, pairs + i, (float) (magnitude * Math.sin(angle)));
    }
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
