package io.maque.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ShareTest {

  /** The ends solve |p - value| = z √(p (1 - p) / n), which defines the interval. */
  @Test
  void theEndsOfTheIntervalAreWhereTheShareIsJustPlausible() {
    for (Share share : new Share[] {new Share(1, 10), new Share(45, 50), new Share(700, 1000)}) {
      for (double end : new double[] {share.low(), share.high()}) {
        double deviation = 1.959964 * Math.sqrt(end * (1 - end) / share.asked());
        assertThat(Math.abs(end - share.value())).isCloseTo(deviation, within(1e-9));
      }
      assertThat(share.low()).isLessThan(share.value());
      assertThat(share.high()).isGreaterThan(share.value());
    }
  }

  @Test
  void allAndNoneAreNotCertain() {
    assertThat(new Share(20, 20).high()).isEqualTo(1);
    assertThat(new Share(20, 20).low()).isCloseTo(0.8389, within(1e-4));
    assertThat(new Share(0, 20).low()).isZero();
    assertThat(new Share(0, 20).high()).isCloseTo(0.1611, within(1e-4));
  }

  @Test
  void ofNothingAnythingIsPossible() {
    Share none = new Share(0, 0);

    assertThat(none.value()).isZero();
    assertThat(none.low()).isZero();
    assertThat(none.high()).isEqualTo(1);
  }
}
