package io.maque.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.asm.CpuFeature;
import io.maque.kernel.Availability;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.tensor.TensorType;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of the rung on any machine. */
class AmxProviderTest {
  private static final String TILE_INSTRUCTION = "(tile|tdp|ldtile).*";

  static Stream<TensorType> types() {
    return MatMulAmxEmulatedTest.types();
  }

  @Test
  void refusesOtherMachinesWithTheirNames() {
    assertThat(new AmxProvider().availability(new Machine("Linux", "aarch64", 4)))
        .isInstanceOfSatisfying(
            Availability.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .isEqualTo("made for Linux on amd64, and this is Linux on aarch64"));
  }

  /** A CPU without tiles, or a process that was not given them, would die of their instructions. */
  @Test
  void takesTheCpuAndThePermission() {
    Set<CpuFeature> all = EnumSet.allOf(CpuFeature.class);
    Set<CpuFeature> without = EnumSet.complementOf(EnumSet.of(CpuFeature.AMX_INT8));

    assertThat(Isa.AMX.decide(all, Optional::empty)).isEqualTo(new Availability.Usable());
    assertThat(Isa.AMX.decide(all, () -> Optional.of("the kernel refused")))
        .isEqualTo(new Availability.Refused("the kernel refused", "nothing; other rungs serve"));
    assertThat(Isa.AMX.decide(without, AmxProviderTest::neverAsked))
        .isEqualTo(
            new Availability.Refused(
                "the CPU or the operating system lacks [AMX_INT8]", "nothing; other rungs serve"));
  }

  @Test
  void otherInstructionSetsAskForNothing() {
    Set<CpuFeature> without = EnumSet.complementOf(EnumSet.of(CpuFeature.AMX_INT8));

    assertThat(Isa.AVX512_VNNI.decide(without, AmxProviderTest::neverAsked))
        .isEqualTo(new Availability.Usable());
  }

  private static Optional<String> neverAsked() {
    throw new AssertionError("asked");
  }

  @Test
  void servesEveryQuantisedFormatUnderItsOwnNameWithOneLayoutForAllOfAKind() {
    AmxProvider provider = new AmxProvider();
    for (TensorType type : TensorType.values()) {
      boolean quantised = type.blockSize() > 1;
      assertThat(provider.matMul(type).map(MatMul::name))
          .isEqualTo(quantised ? Optional.of("MatMul" + type + "Amx") : Optional.empty());
    }
    assertThat(provider.matMul(TensorType.Q4_K).orElseThrow().activationLayout())
        .isSameAs(provider.matMul(TensorType.Q6_K).orElseThrow().activationLayout());
  }

  /** Tiles are set up and given up once in a call, so no thread keeps them beyond it. */
  @ParameterizedTest
  @MethodSource("types")
  void theLoopSetsTilesUpAndGivesThemUp(TensorType type) {
    List<String> loop = kernel(type).loop(4).listing();
    List<String> tiles = loop.stream().filter(line -> line.matches(TILE_INSTRUCTION)).toList();

    assertThat(tiles).containsExactly("ldtilecfg [rsp-64]", "tilerelease");
    int begin = loop.indexOf(tiles.getFirst());
    int end = loop.indexOf(tiles.getLast());
    assertThat(loop.subList(begin, end)).filteredOn(line -> line.startsWith("call")).hasSize(3);
    assertThat(loop.subList(end, loop.size())).noneMatch(line -> line.startsWith("call"));
  }

  /** A product for each plane or half of a block: the first block, and each next one. */
  @ParameterizedTest
  @MethodSource("types")
  void aBlockTakesOneOrTwoProductsOfTiles(TensorType type) {
    PanelKind kind = MatMuls.packer(type, Isa.AMX).orElseThrow().panel.kind();
    int products = kind.hasHalves() ? 2 : ScalarPanel.planes(type);
    int loads = products + (kind.hasHalves() ? 2 : 1);
    for (int tokens = 1; tokens <= TileShapes.TOKENS; tokens++) {
      List<String> code = kernel(type).product(tokens).listing();

      assertThat(code).filteredOn(line -> line.startsWith("tdpbssd")).hasSize(2 * products);
      assertThat(code).filteredOn(line -> line.startsWith("tileloadd")).hasSize(2 * loads);
      assertThat(code).filteredOn(line -> line.startsWith("tilestored")).hasSize(2 * products);
    }
    assertThat(kernel(type).pack().listing()).noneMatch(line -> line.matches(TILE_INSTRUCTION));
  }

  private static PanelKernel kernel(TensorType type) {
    return new TilePanelKernel(MatMuls.packer(type, Isa.AMX).orElseThrow());
  }
}
