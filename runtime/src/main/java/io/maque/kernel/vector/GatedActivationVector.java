package io.maque.kernel.vector;

import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * {@link GatedActivation} by lanes. Both activations are {@code x · sigmoid(z) = x / (1 + e⁻ᶻ)}:
 * SILU with {@code z = x}; the tanh form of GELU, because {@code (1 + tanh u)/2 = sigmoid(2u)},
 * with {@code z = 2·√(2/π)·(x + 0.044715x³)}.
 *
 * <p>The relative error is below {@code (8 + |z|)·2⁻²²}; for {@code z < -87}, where the true result
 * vanishes, the absolute error is below {@code |x|·10⁻³⁷}.
 */
final class GatedActivationVector implements GatedActivation {
  private static final float GELU_LINEAR = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float GELU_CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

  private final boolean gelu;

  GatedActivationVector(Activation activation) {
    this.gelu = activation == Activation.GELU_TANH;
  }

  @Override
  public String name() {
    return (gelu ? "GeluTanhGate" : "SiluGate") + "Vector";
  }

  @Override
  public void apply(
      MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int count) {
    int whole = Lanes.FLOATS.loopBound(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector x = Lanes.floats(gate, gateOffset + at);
      FloatVector y = gelu ? gelu(x) : silu(x);
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
    (gelu ? gelu(x) : silu(x)).intoArray(values, 0);
    for (int i = 0; i < tail; i++) {
      long at = (long) (begin + i) * Float.BYTES;
      Lanes.store(values[i] * Lanes.one(up, upOffset + at), gate, gateOffset + at);
    }
  }

  private static FloatVector silu(FloatVector x) {
    return x.div(Exponential.exp(x.neg()).add(1));
  }

  private static FloatVector gelu(FloatVector x) {
    FloatVector z = x.mul(x).mul(GELU_CUBIC).add(GELU_LINEAR).mul(x);
    return x.div(Exponential.exp(z.neg()).add(1));
  }
}
