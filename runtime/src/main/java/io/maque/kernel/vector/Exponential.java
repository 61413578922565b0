package io.maque.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@code eˣ} by lanes, with a relative error below 2⁻²² for {@code -87 ≤ x ≤ 88}; beyond, the
 * result stays at its value there, about 10⁻³⁸ and 10³⁸.
 *
 * <p>{@code x = n·ln 2 + r} with integer {@code n} and {@code |r| ≤ ln 2 / 2}, so {@code eˣ =
 * 2ⁿ·eʳ}. The Taylor series of {@code eʳ} to the seventh power leaves a remainder below 6·10⁻⁹.
 */
final class Exponential {
  private static final float LOWEST = -87;
  private static final float HIGHEST = 88;
  private static final float LOG2_E = 1.44269504f;

  /** ln 2 = LN2_HIGH + LN2_LOW; n · LN2_HIGH is exact, having at most 8 + 15 significant bits. */
  private static final float LN2_HIGH = 0x1.62e4p-1f;

  private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);

  /** 1.5 · 2²³: adding it rounds to an integer, which is then the low bits of the sum. */
  private static final float ROUND = 0x1.8p23f;

  private static final int EXPONENT_SHIFT = 23;

  private Exponential() {}

  static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.max(LOWEST).min(HIGHEST);
    FloatVector shifted = clamped.mul(LOG2_E).add(ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(broadcast(-LN2_HIGH), clamped);
    r = n.fma(broadcast(-LN2_LOW), r);
    FloatVector p = r.fma(broadcast(1 / 5040f), broadcast(1 / 720f));
    p = p.fma(r, broadcast(1 / 120f));
    p = p.fma(r, broadcast(1 / 24f));
    p = p.fma(r, broadcast(1 / 6f));
    p = p.fma(r, broadcast(1 / 2f));
    p = p.fma(r, broadcast(1));
    p = p.fma(r, broadcast(1));
    // times 2ⁿ: n is added to the exponent of p, which lies between 0.7 and 1.5
    return p.reinterpretAsInts()
        .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, EXPONENT_SHIFT))
        .reinterpretAsFloats();
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Lanes.FLOATS, value);
  }
}
