package io.maque.kernel.vector;

import io.maque.kernel.Activation;
import io.maque.kernel.PlainActivation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/** {@link PlainActivation} by lanes; see {@link ActivationFunctions}. */
final class PlainActivationVector implements PlainActivation {
  private final Activation activation;

  PlainActivationVector(Activation activation) {
    this.activation = activation;
  }

  @Override
  public String name() {
    return activation.kernelName() + "Vector";
  }

  @Override
  public void apply(MemorySegment x, long offset, int count) {
    int whole = Lanes.FLOATS.loopBound(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = offset + (long) i * Float.BYTES;
      Lanes.store(ActivationFunctions.apply(activation, Lanes.floats(x, at)), x, at);
    }
    // The last few values go through the same arithmetic in a vector filled up with zeros.
    float[] values = new float[Lanes.COUNT];
    long at = offset + (long) whole * Float.BYTES;
    MemorySegment.copy(x, ValueLayout.JAVA_FLOAT_UNALIGNED, at, values, 0, count - whole);
    FloatVector rest = FloatVector.fromArray(Lanes.FLOATS, values, 0);
    ActivationFunctions.apply(activation, rest).intoArray(values, 0);
    MemorySegment.copy(values, 0, x, ValueLayout.JAVA_FLOAT_UNALIGNED, at, count - whole);
  }
}
