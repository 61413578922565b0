package io.maque.kernel.jit;

import static io.maque.asm.Vec.zmm;

import io.maque.asm.VectorAssembler;

/**
 * The idiom {@code eˣ} on sixteen f32: {@code x = n·ln 2 + r}, a polynomial in {@code r}, then the
 * exponent {@code n}. The split of ln 2 and the polynomial are those of the Cephes library's {@code
 * expf}; the error is below two units in the last place. Results below the smallest normal number
 * may be zero; NaN stays NaN.
 */
final class Exponential {
  /** Beyond these the result is 0, or as large as f32 can nearly be. */
  private static final float LOWEST = -103;

  private static final float HIGHEST = 88;
  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** From the highest power of r to the square; then r + 1. */
  private static final float[] POLYNOMIAL = {
    1.9875691500e-4f,
    1.3981999507e-3f,
    8.3334519073e-3f,
    4.1665795894e-2f,
    1.6666665459e-1f,
    5.0000001201e-1f
  };

  private static final int ROUND_TO_NEAREST = 0;

  private final VectorAssembler a;
  private final Constants constants;

  Exponential(VectorAssembler a, Constants constants) {
    this.a = a;
    this.constants = constants;
  }

  /** Replaces zmm{@code x} by its exponential; overwrites the three scratch registers. */
  void emit(int x, int n, int polynomial, int square) {
    // vmaxps and vminps return their second operand for NaN.
    constants.loadFloats(a, zmm(n), LOWEST);
    a.vmaxps(zmm(x), zmm(n), zmm(x));
    constants.loadFloats(a, zmm(n), HIGHEST);
    a.vminps(zmm(x), zmm(n), zmm(x));
    a.vmulps(zmm(n), zmm(x), constants.floats(LOG2_E));
    a.vrndscaleps(zmm(n), zmm(n), ROUND_TO_NEAREST);
    a.vfnmadd231ps(zmm(x), zmm(n), constants.floats(LN2_HIGH));
    a.vfnmadd231ps(zmm(x), zmm(n), constants.floats(LN2_LOW));
    constants.loadFloats(a, zmm(polynomial), POLYNOMIAL[0]);
    for (int i = 1; i < POLYNOMIAL.length; i++) {
      a.vfmadd213ps(zmm(polynomial), zmm(x), constants.floats(POLYNOMIAL[i]));
    }
    a.vmulps(zmm(square), zmm(x), zmm(x));
    a.vaddps(zmm(x), zmm(x), constants.floats(1));
    a.vfmadd231ps(zmm(x), zmm(polynomial), zmm(square));
    a.vscalefps(zmm(x), zmm(x), zmm(n));
  }
}
