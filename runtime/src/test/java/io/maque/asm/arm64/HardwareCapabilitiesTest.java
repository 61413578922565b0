package io.maque.asm.arm64;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HardwareCapabilitiesTest {

  @Test
  void readsTheBitsThatLinuxDocuments() {
    assertThat(HardwareCapabilities.decode(0, 0)).isEmpty();
    assertThat(HardwareCapabilities.decode(1 << 20, 0)).containsExactly(ArmFeature.DOTPROD);
    assertThat(HardwareCapabilities.decode(1 << 10, 1 << 13))
        .containsExactly(ArmFeature.FP16, ArmFeature.I8MM);
    assertThat(HardwareCapabilities.decode(~(1 << 20 | 1 << 10), ~(1 << 13 | 1 << 14))).isEmpty();
    assertThat(HardwareCapabilities.decode(-1, -1)).containsExactly(ArmFeature.values());
  }
}
