package io.maque.kernel.scalar;

import io.maque.kernel.MatMul;
import io.maque.kernel.MatMulContract;
import io.maque.tensor.TensorType;

class MatMulScalarTest extends MatMulContract {

  @Override
  protected MatMul kernel(TensorType weightType) {
    return new ScalarProvider().matMul(weightType).orElseThrow();
  }

  /** One rounding to f32; the double sums err far less. */
  @Override
  protected double errorBound(int columns) {
    return 0x1p-24 + columns * 0x1p-52;
  }
}
