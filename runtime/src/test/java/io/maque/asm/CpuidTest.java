package io.maque.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuidTest {
  private static final int FMA_F16C = 1 << 12 | 1 << 29;
  private static final int AVX2 = 1 << 5;
  private static final int AVX512F = 1 << 16;
  private static final int[] NONE = new int[4];

  @Test
  void zmmInstructionsNeedTheSystemToSaveZmmRegisters() {
    int[] leaf1 = {0, 0, FMA_F16C, 0};
    int[] leaf7 = {0, AVX2 | AVX512F, 0, 0};

    assertThat(Cpuid.decode(leaf1, leaf7, NONE, 0b111))
        .containsExactlyInAnyOrder(CpuFeature.AVX2, CpuFeature.FMA, CpuFeature.F16C);
    assertThat(Cpuid.decode(leaf1, leaf7, NONE, 0b1110_0111)).contains(CpuFeature.AVX512F);
    assertThat(Cpuid.decode(leaf1, leaf7, NONE, 0b001)).isEmpty();
  }

  @Test
  void tilesNeedTheSystemToSaveThem() {
    int[] leaf7 = {0, 0, 0, 1 << 24 | 1 << 25};

    assertThat(Cpuid.decode(NONE, leaf7, NONE, 0b1110_0111)).isEmpty();
    assertThat(Cpuid.decode(NONE, leaf7, NONE, 0b010_0000_0000_1110_0111)).isEmpty();
    assertThat(Cpuid.decode(NONE, leaf7, NONE, 0b11 << 17))
        .containsExactlyInAnyOrder(CpuFeature.AMX_TILE, CpuFeature.AMX_INT8);
  }

  /** The kernel's own account of the same CPU is the witness. */
  @Test
  void agreesWithTheOperatingSystem() throws IOException {
    assertThat(ExecutableMemory.refusal("amd64")).isEmpty();
    List<String> flags =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("flags"))
            .findFirst()
            .map(line -> List.of(line.split("\\s+")))
            .orElseThrow();
    Map<String, CpuFeature> names =
        Map.ofEntries(
            Map.entry("avx2", CpuFeature.AVX2),
            Map.entry("fma", CpuFeature.FMA),
            Map.entry("f16c", CpuFeature.F16C),
            Map.entry("avx_vnni", CpuFeature.AVX_VNNI),
            Map.entry("avx512f", CpuFeature.AVX512F),
            Map.entry("avx512bw", CpuFeature.AVX512BW),
            Map.entry("avx512dq", CpuFeature.AVX512DQ),
            Map.entry("avx512vl", CpuFeature.AVX512VL),
            Map.entry("avx512_vnni", CpuFeature.AVX512_VNNI),
            Map.entry("avx512vbmi", CpuFeature.AVX512_VBMI),
            Map.entry("avx512_bf16", CpuFeature.AVX512_BF16),
            Map.entry("amx_tile", CpuFeature.AMX_TILE),
            Map.entry("amx_int8", CpuFeature.AMX_INT8),
            Map.entry("amx_bf16", CpuFeature.AMX_BF16));
    Set<CpuFeature> expected = EnumSet.noneOf(CpuFeature.class);
    names.forEach((name, feature) -> {
      if (flags.contains(name)) {
        expected.add(feature);
      }
    });

    assertThat(Cpuid.features()).isEqualTo(expected);
  }
}
