package io.maque.kernel.scalar;

import io.maque.kernel.ActivationLayout;
import io.maque.kernel.F32Activations;
import io.maque.kernel.MatMul;
import io.maque.quant.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * The product with weights of any format: each row is decoded to f32 once and serves all tokens.
 *
 * <p>Products are exact in double precision; four partial sums, each over every fourth column, are
 * added at the end. So the result is the exact sum over the decoded weights but for one rounding to
 * f32 and errors of the order of 2⁻⁵² of the summed magnitudes.
 */
final class MatMulScalar implements MatMul {
  private final BlockFormat format;

  MatMulScalar(BlockFormat format) {
    this.format = format;
  }

  @Override
  public String name() {
    return "MatMul" + format.type() + "Scalar";
  }

  @Override
  public ActivationLayout activationLayout() {
    return F32Activations.INSTANCE;
  }

  @Override
  public void multiply(
      MemorySegment weight,
      int columns,
      MemorySegment activations,
      int tokens,
      MemorySegment out,
      int outColumns,
      int rowBegin,
      int rowEnd) {
    long rowBytes = format.type().bytes(columns);
    long activationBytes = activationLayout().bytes(columns);
    float[] decoded = new float[columns];
    for (int row = rowBegin; row < rowEnd; row++) {
      format.decode(weight, row * rowBytes, decoded, 0, columns);
      for (int token = 0; token < tokens; token++) {
        float sum = dot(decoded, activations, token * activationBytes);
        Floats.set(out, 0, Math.addExact(Math.multiplyExact(token, outColumns), row), sum);
      }
    }
  }

  private static float dot(float[] weights, MemorySegment x, long offset) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int k = 0;
    for (; k + 4 <= weights.length; k += 4) {
      sum0 += (double) weights[k] * Floats.get(x, offset, k);
      sum1 += (double) weights[k + 1] * Floats.get(x, offset, k + 1);
      sum2 += (double) weights[k + 2] * Floats.get(x, offset, k + 2);
      sum3 += (double) weights[k + 3] * Floats.get(x, offset, k + 3);
    }
    for (; k < weights.length; k++) {
      sum0 += (double) weights[k] * Floats.get(x, offset, k);
    }
    return (float) (sum0 + sum1 + (sum2 + sum3));
  }
}
