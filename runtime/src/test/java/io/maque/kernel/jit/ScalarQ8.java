package io.maque.kernel.jit;

import io.maque.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The definition of {@link Q8Activations}, as obvious code. */
record ScalarQ8(byte[] q, float d, float sum, int n32, int n16) {

  static ScalarQ8 of(FloatMatrix x, int row, int column) {
    float max = 0;
    for (int i = 0; i < 32; i++) {
      max = Math.max(max, Math.abs(x.get(row, column + i)));
    }
    float d = max / 127;
    float factor = 127 / Math.max(QuantiseQ8.SMALLEST, max);
    byte[] q = new byte[32];
    int n16 = 0;
    int n32 = 0;
    for (int i = 0; i < 32; i++) {
      float scaled = x.get(row, column + i) * factor;
      int integer = Float.isNaN(scaled) ? -127 : (int) Math.rint(scaled);
      q[i] = (byte) integer;
      n32 -= integer;
      n16 -= i < 16 ? integer : 0;
    }
    return new ScalarQ8(q, d, -n32 * d, n32, n16);
  }

  static ScalarQ8 read(MemorySegment memory, long at) {
    return new ScalarQ8(
        memory.asSlice(at, 32).toArray(ValueLayout.JAVA_BYTE),
        memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at + Q8Activations.D),
        memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at + Q8Activations.SUM),
        memory.get(ValueLayout.JAVA_INT_UNALIGNED, at + Q8Activations.N32),
        memory.get(ValueLayout.JAVA_INT_UNALIGNED, at + Q8Activations.N16));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScalarQ8 block
        && Arrays.equals(q, block.q)
        && Float.compare(d, block.d) == 0
        && Float.compare(sum, block.sum) == 0
        && n32 == block.n32
        && n16 == block.n16;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(q);
  }

  @Override
  public String toString() {
    return "d %s sum %s n32 %d n16 %d q %s".formatted(d, sum, n32, n16, Arrays.toString(q));
  }
}
