package io.maque.kernel.jit;

import io.maque.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The definition of a block of {@link QuantisedActivations}, as obvious code. */
record ScalarActivations(int[] q, float d, float sum, int n32, int n16) {

  static ScalarActivations of(FloatMatrix x, int row, int column, int planes) {
    float max = 0;
    for (int i = 0; i < 32; i++) {
      max = Math.max(max, Math.abs(x.get(row, column + i)));
    }
    int largest = planes == 1 ? 127 : 16256;
    float d = max / largest;
    float factor = largest / Math.max(QuantisedActivations.SMALLEST, max);
    int[] q = new int[32];
    int n16 = 0;
    int n32 = 0;
    for (int i = 0; i < 32; i++) {
      float scaled = x.get(row, column + i) * factor;
      q[i] = Float.isNaN(scaled) ? -largest : (int) Math.rint(scaled);
      n32 -= q[i];
      n16 -= i < 16 ? q[i] : 0;
    }
    return new ScalarActivations(q, d, -n32 * d, n32, n16);
  }

  static ScalarActivations read(MemorySegment memory, long at, int planes) {
    int[] q = new int[32];
    for (int i = 0; i < 32; i++) {
      int high = memory.get(ValueLayout.JAVA_BYTE, at + i);
      q[i] = planes == 1 ? high : 128 * high + memory.get(ValueLayout.JAVA_BYTE, at + 32 + i);
    }
    return new ScalarActivations(
        q,
        memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at + QuantisedActivations.d(planes)),
        memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at + QuantisedActivations.sum(planes)),
        memory.get(ValueLayout.JAVA_INT_UNALIGNED, at + QuantisedActivations.n32(planes)),
        memory.get(ValueLayout.JAVA_INT_UNALIGNED, at + QuantisedActivations.n16(planes)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScalarActivations block
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
