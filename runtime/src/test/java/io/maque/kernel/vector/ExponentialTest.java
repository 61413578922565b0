package io.maque.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExponentialTest {

  @Test
  void theErrorStaysBelowTheStatedBound() {
    double worst = 0;
    for (double x = -87; x <= 88; x += 0.0007) {
      double expected = Math.exp((float) x);
      worst = Math.max(worst, Math.abs(exp((float) x) - expected) / expected);
    }
    assertThat(worst).isBetween(0x1p-26, 0x1p-22);
  }

  @Test
  void beyondTheRangeItStaysAtTheEnds() {
    assertThat(exp(-1000)).isEqualTo(exp(-87)).isPositive();
    assertThat(exp(Float.NEGATIVE_INFINITY)).isEqualTo(exp(-87));
    assertThat(exp(1000)).isEqualTo(exp(88)).isFinite();
    assertThat(exp(0)).isEqualTo(1);
    assertThat(exp(Float.NaN)).isNaN();
  }

  private static float exp(float x) {
    return Exponential.exp(FloatVector.broadcast(Lanes.FLOATS, x)).lane(0);
  }
}
