package io.maque.kernel.vector;

import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/** {@link GatedActivation} by lanes; see {@link ActivationFunctions}. */
final class GatedActivationVector implements GatedActivation {
  private final Activation activation;

  GatedActivationVector(Activation activation) {
    this.activation = activation;
  }

  @Override
  public String name() {
    return activation.kernelName() + "GateVector";
  }

  @Override
  public void apply(
      MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int count) {
    int whole = Lanes.FLOATS.loopBound(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector y = ActivationFunctions.apply(activation, Lanes.floats(gate, gateOffset + at));
      Lanes.store(y.mul(Lanes.floats(up, upOffset + at)), gate, gateOffset + at);
    }
    if (whole < count) {
      applyTail(gate, gateOffset, up, upOffset, whole, count);
    }
  }

  /** The last few values go through the same arithmetic in a vector filled up with zeros. */
  private void applyTail(
      MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int begin, int count) {
    float[] values = new float[Lanes.COUNT];
    long from = gateOffset + (long) begin * Float.BYTES;
    int tail = count - begin;
    MemorySegment.copy(gate, ValueLayout.JAVA_FLOAT_UNALIGNED, from, values, 0, tail);
    FloatVector x = FloatVector.fromArray(Lanes.FLOATS, values, 0);
    ActivationFunctions.apply(activation, x).intoArray(values, 0);
    for (int i = 0; i < tail; i++) {
      long at = (long) (begin + i) * Float.BYTES;
      Lanes.store(values[i] * Lanes.one(up, upOffset + at), gate, gateOffset + at);
    }
  }
}
