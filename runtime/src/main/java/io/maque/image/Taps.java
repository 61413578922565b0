package io.maque.image;

import java.util.Arrays;

/**
 * Which input pixels make an output pixel along one axis, and their weights as integers of 22
 * fractional bits, computed as Pillow computes them ({@code precompute_coeffs}, {@code
 * normalize_coeffs_8bpc} and {@code bicubic_filter} in Resample.c).
 *
 * <p>The axis is a canvas on which the picture lies; what falls beside the picture is summed up in
 * one weight per output. The outputs may be a window of all.
 */
final class Taps {
  /** 32 bits less 8 of a sample less 2 for sums beyond its range. */
  static final int PRECISION_BITS = 32 - 8 - 2;

  private static final double SUPPORT = 2;
  private static final double A = -0.5;

  private final boolean identity;
  private final int[] first;
  private final int[] outside;
  private final int[] begin;
  private int[] weights;

  /** The axis of a picture alone. */
  static Taps bicubic(int inputs, int outputs) {
    return bicubic(inputs, 0, inputs, outputs, 0, outputs);
  }

  /**
   * @param canvas input pixels, of which the picture is {@code length} from {@code start}
   * @param scaled pixels that the canvas becomes, of which {@code outputs} from {@code from} are
   *     wanted
   */
  static Taps bicubic(int canvas, int start, int length, int scaled, int from, int outputs) {
    return new Taps(canvas, start, length, scaled, from, outputs);
  }

  private Taps(int canvas, int start, int length, int scaled, int from, int outputs) {
    identity = canvas == length && scaled == canvas && outputs == scaled;
    first = new int[outputs];
    outside = new int[outputs];
    begin = new int[outputs + 1];
    weights = new int[Math.max(16, 2 * outputs)];
    double scale = (double) canvas / scaled;
    double stretch = Math.max(scale, 1);
    double support = SUPPORT * stretch;
    double[] window = new double[(int) Math.ceil(support) * 2 + 1];
    for (int i = 0; i < outputs; i++) {
      double centre = (from + i + 0.5) * scale;
      int low = Math.max(0, (int) (centre - support + 0.5));
      int high = Math.min(canvas, (int) (centre + support + 0.5));
      normalise(window, high - low, low - centre + 0.5, 1 / stretch);
      place(i, window, low, high, start, length);
    }
  }

  /**
   * Weights of {@code count} inputs, the first of which lies at {@code distance}; their sum is 1.
   */
  private static void normalise(double[] window, int count, double distance, double shrink) {
    double sum = 0;
    for (int k = 0; k < count; k++) {
      window[k] = kernel((k + distance) * shrink);
      sum += window[k];
    }
    for (int k = 0; k < count && sum != 0; k++) {
      window[k] /= sum;
    }
  }

  private void place(int output, double[] window, int low, int high, int start, int length) {
    int inside = Math.clamp(low, start, start + length);
    int insideEnd = Math.clamp(high, inside, start + length);
    int end = begin[output] + insideEnd - inside;
    if (end > weights.length) {
      weights = Arrays.copyOf(weights, Math.max(end, 2 * weights.length));
    }
    int next = begin[output];
    for (int at = low; at < high; at++) {
      int weight = fixed(window[at - low]);
      if (at >= inside && at < insideEnd) {
        weights[next++] = weight;
      } else {
        outside[output] += weight;
      }
    }
    first[output] = inside - start;
    begin[output + 1] = end;
  }

  /** Keys' cubic convolution; the order of operations is Pillow's. */
  private static double kernel(double x) {
    double d = Math.abs(x);
    if (d < 1) {
      return ((A + 2) * d - (A + 3)) * d * d + 1;
    }
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * A : 0;
  }

  private static int fixed(double weight) {
    double scaled = weight * (1 << PRECISION_BITS);
    return (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  }

  /** Whether output and picture are the same pixels; Pillow then leaves the step out. */
  boolean isIdentity() {
    return identity;
  }

  int outputs() {
    return first.length;
  }

  /** The first pixel of the picture that an output takes. */
  int first(int output) {
    return first[output];
  }

  /** Where the weights of an output begin in {@link #weights}. */
  int begin(int output) {
    return begin[output];
  }

  int end(int output) {
    return begin[output + 1];
  }

  int[] weights() {
    return weights;
  }

  /** The weight of all that lies beside the picture. */
  int outside(int output) {
    return outside[output];
  }
}
