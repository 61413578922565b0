package io.maque.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.kernel.Availability;
import io.maque.kernel.KernelUnavailableException;
import io.maque.kernel.Kernels;
import io.maque.tensor.TensorType;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelLadderTest {

  @Test
  void namesItsRungsBestFirst() {
    assertThat(KernelLadder.choose(Optional.empty()).rungs())
        .extracting(Kernels.Rung::provider)
        .containsExactly(
            "amx",
            "avx512-vnni",
            "avx-vnni",
            "avx2",
            "neon-i8mm",
            "neon-dotprod",
            "vector",
            "scalar");
  }

  @Test
  void everyRungServesMatrixProductsWhenForcedOrSaysWhyNot() {
    for (Kernels.Rung rung : KernelLadder.choose(Optional.empty()).rungs()) {
      Optional<String> name = Optional.of(rung.provider());
      switch (rung.availability()) {
        case Availability.Usable() ->
            assertThat(KernelLadder.choose(name).choices())
                .filteredOn(choice -> choice.operation().equals("matMul"))
                .filteredOn(choice -> choice.format().equals(TensorType.Q4_K.name()))
                .extracting(Kernels.Choice::provider)
                .containsExactly(rung.provider());
        case Availability.Refused(String reason, String remedy) ->
            assertThatThrownBy(() -> KernelLadder.choose(name))
                .isInstanceOf(KernelUnavailableException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining(remedy);
      }
    }
  }
}
