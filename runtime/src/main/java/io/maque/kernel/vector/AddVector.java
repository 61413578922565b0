package io.maque.kernel.vector;

import io.maque.kernel.Add;
import java.lang.foreign.MemorySegment;

/** {@link Add} by lanes. */
final class AddVector implements Add {

  @Override
  public String name() {
    return "AddVector";
  }

  @Override
  public void add(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count) {
    int whole = Lanes.FLOATS.loopBound(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      Lanes.store(
          Lanes.floats(x, xOffset + at).add(Lanes.floats(y, yOffset + at)), x, xOffset + at);
    }
    for (int i = whole; i < count; i++) {
      long at = (long) i * Float.BYTES;
      Lanes.store(Lanes.one(x, xOffset + at) + Lanes.one(y, yOffset + at), x, xOffset + at);
    }
  }
}
