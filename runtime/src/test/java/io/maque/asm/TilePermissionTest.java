package io.maque.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class TilePermissionTest {
  private static final Set<CpuFeature> TILES = Set.of(CpuFeature.AMX_TILE, CpuFeature.AMX_INT8);

  @Test
  void takesTheCpuAndTheKernel() {
    assertThat(TilePermission.decide(TILES, () -> 0)).isEmpty();
    assertThat(TilePermission.decide(TILES, () -> -1)).get().asString().contains("refused");
  }

  @Test
  void doesNotAskTheKernelAboutACpuWithoutTiles() {
    TilePermission.Kernel never =
        () -> {
          throw new AssertionError("asked");
        };

    assertThat(TilePermission.decide(Set.of(CpuFeature.AMX_TILE), never))
        .contains("the CPU or the operating system lacks [AMX_INT8]");
  }

  /** The kernel's own account of the CPU is the witness. */
  @Test
  void isThereOnlyWhereCpuidSaysSo() {
    if (!Cpuid.features().contains(CpuFeature.AMX_INT8)) {
      assertThat(TilePermission.request()).isPresent();
    } else {
      // Granted, or refused by a kernel or host with a reason: never a crash.
      assertThat(TilePermission.request().map(String::isBlank).orElse(false)).isFalse();
    }
  }
}
