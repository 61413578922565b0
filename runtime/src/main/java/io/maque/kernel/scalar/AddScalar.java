package io.maque.kernel.scalar;

import io.maque.kernel.Add;
import java.lang.foreign.MemorySegment;

/** {@link Add} as it is written. */
final class AddScalar implements Add {

  @Override
  public String name() {
    return "AddScalar";
  }

  @Override
  public void add(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count) {
    for (int i = 0; i < count; i++) {
      Floats.set(x, xOffset, i, Floats.get(x, xOffset, i) + Floats.get(y, yOffset, i));
    }
  }
}
