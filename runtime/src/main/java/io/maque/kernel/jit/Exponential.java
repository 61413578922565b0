package io.maque.kernel.jit;

import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;

/**
 * The idiom {@code eˣ} on a register of f32: {@code x = n·ln 2 + r}, a polynomial in {@code r},
 * then times {@code 2ⁿ}. The split of ln 2 and the polynomial are those of the Cephes library's
 * {@code expf}; the error is below two units in the last place for {@code -87 ≤ x ≤ 88}. Beyond,
 * the result stays at its value there, about 10⁻³⁸ and 10³⁸; NaN stays NaN.
 */
final class Exponential {
  private static final float LOWEST = -87;
  private static final float HIGHEST = 88;
  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** 1.5 · 2²³: adding it rounds to an integer, which is then the low bits of the sum. */
  private static final float ROUND = 0x1.8p23f;

  private static final int EXPONENT_SHIFT = 23;
  private static final int ONE = Float.floatToRawIntBits(1);

  /** From the highest power of r to the square; then r + 1. */
  private static final float[] POLYNOMIAL = {
    1.9875691500e-4f,
    1.3981999507e-3f,
    8.3334519073e-3f,
    4.1665795894e-2f,
    1.6666665459e-1f,
    5.0000001201e-1f
  };

  private final VectorAssembler a;
  private final Constants constants;

  Exponential(VectorAssembler a, Constants constants) {
    this.a = a;
    this.constants = constants;
  }

  /** Replaces {@code x} by its exponential; overwrites the three scratch registers. */
  void emit(Vec x, Vec n, Vec polynomial, Vec square) {
    // vmaxps and vminps return their second operand for NaN.
    constants.loadFloats(a, n, LOWEST);
    a.vmaxps(x, n, x);
    constants.loadFloats(a, n, HIGHEST);
    a.vminps(x, n, x);
    constants.loadFloats(a, n, LOG2_E);
    a.vfmadd213ps(n, x, constants.floats(ROUND));
    constants.loadFloats(a, square, ROUND);
    a.vsubps(square, n, square);
    a.vfnmadd231ps(x, square, constants.floats(LN2_HIGH));
    a.vfnmadd231ps(x, square, constants.floats(LN2_LOW));
    a.vpslld(n, n, EXPONENT_SHIFT);
    a.vpaddd(n, n, constants.ints(i -> ONE));
    constants.loadFloats(a, polynomial, POLYNOMIAL[0]);
    for (int i = 1; i < POLYNOMIAL.length; i++) {
      a.vfmadd213ps(polynomial, x, constants.floats(POLYNOMIAL[i]));
    }
    a.vmulps(square, x, x);
    a.vaddps(x, x, constants.floats(1));
    a.vfmadd231ps(x, polynomial, square);
    a.vmulps(x, x, n);
  }
}
