package io.maque.kernel.scalar;

import io.maque.kernel.Rope;
import io.maque.kernel.RopePairing;
import java.lang.foreign.MemorySegment;

/** {@link Rope} as it is written: each pair is a point of the plane, turned by its angle. */
final class RopeScalar implements Rope {
  private final RopePairing pairing;

  RopeScalar(RopePairing pairing) {
    this.pairing = pairing;
  }

  @Override
  public String name() {
    return "Rope" + (pairing == RopePairing.NORM ? "Norm" : "Neox") + "Scalar";
  }

  @Override
  public void rotate(
      MemorySegment x,
      long offset,
      int heads,
      int headLength,
      int pairs,
      MemorySegment angles,
      long anglesOffset) {
    for (int head = 0; head < heads; head++) {
      long headOffset = offset + (long) head * headLength * Float.BYTES;
      for (int i = 0; i < pairs; i++) {
        int first = pairing == RopePairing.NORM ? 2 * i : i;
        int second = pairing == RopePairing.NORM ? 2 * i + 1 : i + pairs;
        float cos = Floats.get(angles, anglesOffset, i);
        float sin = Floats.get(angles, anglesOffset, pairs + i);
        float a = Floats.get(x, headOffset, first);
        float b = Floats.get(x, headOffset, second);
        Floats.set(x, headOffset, first, a * cos - b * sin);
        Floats.set(x, headOffset, second, a * sin + b * cos);
      }
    }
  }
}
