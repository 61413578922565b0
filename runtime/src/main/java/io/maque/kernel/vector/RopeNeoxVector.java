package io.maque.kernel.vector;

import io.maque.kernel.Rope;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link Rope} with the pairing NEOX, whose first and second halves are each contiguous. */
final class RopeNeoxVector implements Rope {

  @Override
  public String name() {
    return "RopeNeoxVector";
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
    long half = (long) pairs * Float.BYTES;
    for (int head = 0; head < heads; head++) {
      long first = offset + (long) head * headLength * Float.BYTES;
      rotateHead(x, first, first + half, pairs, angles, anglesOffset, anglesOffset + half);
    }
  }

  private static void rotateHead(
      MemorySegment x,
      long first,
      long second,
      int pairs,
      MemorySegment angles,
      long cosines,
      long sines) {
    int whole = Lanes.FLOATS.loopBound(pairs);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector a = Lanes.floats(x, first + at);
      FloatVector b = Lanes.floats(x, second + at);
      FloatVector cos = Lanes.floats(angles, cosines + at);
      FloatVector sin = Lanes.floats(angles, sines + at);
      Lanes.store(a.mul(cos).sub(b.mul(sin)), x, first + at);
      Lanes.store(a.mul(sin).add(b.mul(cos)), x, second + at);
    }
    for (int i = whole; i < pairs; i++) {
      long at = (long) i * Float.BYTES;
      float a = Lanes.one(x, first + at);
      float b = Lanes.one(x, second + at);
      float cos = Lanes.one(angles, cosines + at);
      float sin = Lanes.one(angles, sines + at);
      Lanes.store(a * cos - b * sin, x, first + at);
      Lanes.store(a * sin + b * cos, x, second + at);
    }
  }
}
