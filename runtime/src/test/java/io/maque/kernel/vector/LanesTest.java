package io.maque.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LanesTest {

  /** The build runs this package's tests with narrower vectors too, and says how narrow. */
  @Test
  void vectorsAreNoWiderThanTheBuildAskedFor() {
    assertThat(Lanes.COUNT)
        .isIn(4, 8, 16)
        .isLessThanOrEqualTo(Integer.getInteger("maque.lanes", 16));
  }
}
