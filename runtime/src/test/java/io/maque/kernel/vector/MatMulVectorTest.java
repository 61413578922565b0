package io.maque.kernel.vector;

import io.maque.kernel.MatMul;
import io.maque.kernel.MatMulContract;
import io.maque.tensor.TensorType;

class MatMulVectorTest extends MatMulContract {

  @Override
  protected MatMul kernel(TensorType weightType) {
    return new MatMulVector(weightType);
  }

  /** One rounding per term of a lane and per level of the sum over lanes. */
  @Override
  protected double errorBound(int columns) {
    return (Math.ceilDiv(columns, Lanes.COUNT) + 4) * 0x1p-24;
  }
}
