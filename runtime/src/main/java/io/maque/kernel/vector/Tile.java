package io.maque.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products of four rows with one, two or four others, each vector of a row loaded once for all.
 *
 * <p>Every product {@code Σₖ a[k]·b[k]} is formed in the same order, whatever the width of the
 * tile: lane {@code l} adds the terms {@code k = l, l + L, l + 2L, …} with one fused multiply-add
 * each, and {@link #sum} adds the {@code L} lanes. With {@code n} columns each term is rounded at
 * most {@code n/L + log₂L} times.
 */
final class Tile {
  /** Rows of the first operand. */
  static final int ROWS = 4;

  /**
   * Rows of the second operand in the widest tile. Sixteen accumulators fit where there are 32
   * vector registers; with 16 registers eight ran a third faster.
   */
  static final int WIDTH =
      Lanes.COUNT == 16 || System.getProperty("os.arch").equals("aarch64") ? 4 : 2;

  /** Lanes of all accumulators of the widest tile. */
  static final int ACCUMULATORS = ROWS * WIDTH * Lanes.COUNT;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private Tile() {}

  /**
   * Dot products of {@link #ROWS} rows of {@code a} with {@link #WIDTH} rows of {@code b}.
   *
   * @param aAt index of the first row; the others follow at distance {@code stride}
   * @param stride values per row, a multiple of {@link Lanes#COUNT}
   * @param accumulators receives the lanes of row {@code i} by row {@code j} from index {@code (i ·
   *     WIDTH + j) · COUNT} on
   */
  static void multiply(float[] a, int aAt, float[] b, int bAt, int stride, float[] accumulators) {
    if (WIDTH == 4) {
      multiplyByFour(a, aAt, b, bAt, stride, accumulators);
    } else {
      multiplyByTwo(a, aAt, b, bAt, stride, accumulators);
    }
  }

  /**
   * As {@link #multiply} for one row of {@code b}: row {@code i} from index {@code i · COUNT} on.
   */
  static void multiplyByOne(float[] a, int aAt, float[] b, int bAt, int n, float[] accumulators) {
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    for (int k = 0; k < n; k += L) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bAt + k);
      sum0 = FloatVector.fromArray(FLOATS, a, aAt + k).fma(b0, sum0);
      sum1 = FloatVector.fromArray(FLOATS, a, aAt + n + k).fma(b0, sum1);
      sum2 = FloatVector.fromArray(FLOATS, a, aAt + 2 * n + k).fma(b0, sum2);
      sum3 = FloatVector.fromArray(FLOATS, a, aAt + 3 * n + k).fma(b0, sum3);
    }
    sum0.intoArray(accumulators, 0);
    sum1.intoArray(accumulators, L);
    sum2.intoArray(accumulators, 2 * L);
    sum3.intoArray(accumulators, 3 * L);
  }

  private static void multiplyByTwo(
      float[] a, int aAt, float[] b, int bAt, int n, float[] accumulators) {
    FloatVector sum00 = FloatVector.zero(FLOATS);
    FloatVector sum01 = sum00;
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum00;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum00;
    FloatVector sum30 = sum00;
    FloatVector sum31 = sum00;
    for (int k = 0; k < n; k += L) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bAt + k);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, bAt + n + k);
      FloatVector ai = FloatVector.fromArray(FLOATS, a, aAt + k);
      sum00 = ai.fma(b0, sum00);
      sum01 = ai.fma(b1, sum01);
      ai = FloatVector.fromArray(FLOATS, a, aAt + n + k);
      sum10 = ai.fma(b0, sum10);
      sum11 = ai.fma(b1, sum11);
      ai = FloatVector.fromArray(FLOATS, a, aAt + 2 * n + k);
      sum20 = ai.fma(b0, sum20);
      sum21 = ai.fma(b1, sum21);
      ai = FloatVector.fromArray(FLOATS, a, aAt + 3 * n + k);
      sum30 = ai.fma(b0, sum30);
      sum31 = ai.fma(b1, sum31);
    }
    sum00.intoArray(accumulators, 0);
    sum01.intoArray(accumulators, L);
    sum10.intoArray(accumulators, 2 * L);
    sum11.intoArray(accumulators, 3 * L);
    sum20.intoArray(accumulators, 4 * L);
    sum21.intoArray(accumulators, 5 * L);
    sum30.intoArray(accumulators, 6 * L);
    sum31.intoArray(accumulators, 7 * L);
  }

  private static void multiplyByFour(
      float[] a, int aAt, float[] b, int bAt, int n, float[] accumulators) {
    FloatVector sum00 = FloatVector.zero(FLOATS), sum01 = sum00, sum02 = sum00, sum03 = sum00;
    FloatVector sum10 = sum00, sum11 = sum00, sum12 = sum00, sum13 = sum00;
    FloatVector sum20 = sum00, sum21 = sum00, sum22 = sum00, sum23 = sum00;
    FloatVector sum30 = sum00, sum31 = sum00, sum32 = sum00, sum33 = sum00;
    for (int k = 0; k < n; k += L) {
      FloatVector a0 = FloatVector.fromArray(FLOATS, a, aAt + k);
      FloatVector a1 = FloatVector.fromArray(FLOATS, a, aAt + n + k);
      FloatVector a2 = FloatVector.fromArray(FLOATS, a, aAt + 2 * n + k);
      FloatVector a3 = FloatVector.fromArray(FLOATS, a, aAt + 3 * n + k);
      FloatVector bj = FloatVector.fromArray(FLOATS, b, bAt + k);
      sum00 = a0.fma(bj, sum00);
      sum10 = a1.fma(bj, sum10);
      sum20 = a2.fma(bj, sum20);
      sum30 = a3.fma(bj, sum30);
      bj = FloatVector.fromArray(FLOATS, b, bAt + n + k);
      sum01 = a0.fma(bj, sum01);
      sum11 = a1.fma(bj, sum11);
      sum21 = a2.fma(bj, sum21);
      sum31 = a3.fma(bj, sum31);
      bj = FloatVector.fromArray(FLOATS, b, bAt + 2 * n + k);
      sum02 = a0.fma(bj, sum02);
      sum12 = a1.fma(bj, sum12);
      sum22 = a2.fma(bj, sum22);
      sum32 = a3.fma(bj, sum32);
      bj = FloatVector.fromArray(FLOATS, b, bAt + 3 * n + k);
      sum03 = a0.fma(bj, sum03);
      sum13 = a1.fma(bj, sum13);
      sum23 = a2.fma(bj, sum23);
      sum33 = a3.fma(bj, sum33);
    }
    store(sum00, sum01, sum02, sum03, accumulators, 0);
    store(sum10, sum11, sum12, sum13, accumulators, 4 * L);
    store(sum20, sum21, sum22, sum23, accumulators, 8 * L);
    store(sum30, sum31, sum32, sum33, accumulators, 12 * L);
  }

  private static void store(
      FloatVector v0, FloatVector v1, FloatVector v2, FloatVector v3, float[] target, int at) {
    v0.intoArray(target, at);
    v1.intoArray(target, at + L);
    v2.intoArray(target, at + 2 * L);
    v3.intoArray(target, at + 3 * L);
  }

  /**
   * The sum of {@link Lanes#COUNT} values in a fixed order, pairwise. (The Vector API's own
   * reduction leaves its order open: it differs between the interpreter and compiled code.)
   */
  static float sum(float[] s, int i) {
    if (L == 4) {
      return s[i] + s[i + 2] + (s[i + 1] + s[i + 3]);
    }
    if (L == 8) {
      return s[i]
          + s[i + 4]
          + (s[i + 2] + s[i + 6])
          + (s[i + 1] + s[i + 5] + (s[i + 3] + s[i + 7]));
    }
    float even0 = s[i] + s[i + 8] + (s[i + 4] + s[i + 12]);
    float even1 = s[i + 2] + s[i + 10] + (s[i + 6] + s[i + 14]);
    float odd0 = s[i + 1] + s[i + 9] + (s[i + 5] + s[i + 13]);
    float odd1 = s[i + 3] + s[i + 11] + (s[i + 7] + s[i + 15]);
    return even0 + even1 + (odd0 + odd1);
  }
}
