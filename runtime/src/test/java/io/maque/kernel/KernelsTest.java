package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.kernel.Kernels.Choice;
import io.maque.kernel.Kernels.Rung;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelsTest {
  private static final Machine MACHINE = new Machine("Linux", "amd64", 2);
  private static final Availability REFUSED =
      new Availability.Refused("no such instruction", "use another processor");
  private static final Availability USABLE = new Availability.Usable();

  private final KernelProvider fast = new AddOnly("fast", USABLE);
  private final KernelProvider refused = new AddOnly("exotic", REFUSED);
  private final KernelProvider scalar = new ScalarProvider();
  private final List<KernelProvider> ladder = List.of(refused, fast, scalar);

  @Test
  void takesTheFirstUsableRungThatServesAnOperation() {
    Kernels kernels = Kernels.choose(ladder, MACHINE);

    assertThat(kernels.add().name()).isEqualTo("AddByfast");
    assertThat(kernels.rmsNorm().name()).isEqualTo("RmsNormScalar");
    assertThat(kernels.matMul(TensorType.Q4_K).name()).isEqualTo("MatMulQ4_KScalar");
    assertThat(kernels.attention(TensorType.F16).name()).isEqualTo("AttentionF16Scalar");
    assertThat(kernels.rope(RopePairing.NEOX).name()).isEqualTo("RopeNeoxScalar");
    assertThat(kernels.gatedActivation(Activation.SILU).name()).isEqualTo("SiluGateScalar");
  }

  @Test
  void listsEveryChoiceAndEveryRung() {
    Kernels kernels = Kernels.choose(ladder, MACHINE);

    assertThat(kernels.choices())
        .hasSize(TensorType.values().length + 3 + 3 + 1 + 1 + 2 + 4 + 4 + 1 + 1 + 1 + 1)
        .contains(
            new Choice("matMul", "Q8_0", "MatMulQ8_0Scalar", "scalar"),
            new Choice("add", "", "AddByfast", "fast"));
    assertThat(kernels.rungs())
        .containsExactly(
            new Rung("exotic", REFUSED), new Rung("fast", USABLE), new Rung("scalar", USABLE));
  }

  @Test
  void aForcedRungServesWhatItCanAndTheLastOneTheRest() {
    Kernels kernels = Kernels.force(List.of(fast, new AddOnly("b", USABLE), scalar), MACHINE, "b");

    assertThat(kernels.add().name()).isEqualTo("AddByb");
    assertThat(kernels.rmsNorm().name()).isEqualTo("RmsNormScalar");
    assertThat(Kernels.force(ladder, MACHINE, "scalar").add().name()).isEqualTo("AddScalar");
  }

  @Test
  void aForcedRungThatCannotBeHadIsAnErrorWithAReason() {
    assertThatThrownBy(() -> Kernels.force(ladder, MACHINE, "exotic"))
        .isInstanceOf(KernelUnavailableException.class)
        .hasMessage(
            "kernel rung exotic cannot run here: no such instruction; use another processor");
    assertThatThrownBy(() -> Kernels.force(ladder, MACHINE, "avx1024"))
        .isInstanceOf(KernelUnavailableException.class)
        .hasMessage("kernel rung: expected one of exotic, fast, scalar, found avx1024");
  }

  @Test
  void aLadderThatLeavesAnOperationUnservedIsAnError() {
    assertThatThrownBy(() -> Kernels.choose(List.of(refused, fast), MACHINE))
        .isInstanceOf(KernelUnavailableException.class)
        .hasMessageContaining("[fast] serves matMul F32");
  }

  @Test
  void attentionKnowsOnlyTheTypesOfAKvCache() {
    Kernels kernels = Kernels.choose(ladder, MACHINE);

    assertThatThrownBy(() -> kernels.attention(TensorType.Q4_0))
        .isInstanceOf(KernelUnavailableException.class)
        .hasMessage("attention: expected a KV cache type of [F16, Q8_0, F32], found Q4_0");
  }

  /** A rung that serves one operation. */
  private record AddOnly(String name, Availability answer) implements KernelProvider {

    @Override
    public Availability availability(Machine machine) {
      return answer;
    }

    @Override
    public Optional<Add> add() {
      return Optional.of(
          new Add() {
            @Override
            public String name() {
              return "AddBy" + AddOnly.this.name;
            }

            @Override
            public void add(
                MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count) {}
          });
    }
  }
}
