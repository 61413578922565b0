package io.maque.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.kernel.ActivationLayout;
import io.maque.kernel.F32Activations;
import io.maque.kernel.MatMul;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MatMulTilesTest {
  private static final ActivationLayout LAYOUT =
      new QuantisedActivations(1, () -> new Quantise(1).generate());

  /** Notes numbers of tokens instead of multiplying. */
  private record Noting(String name, ActivationLayout activationLayout, List<Integer> tokens)
      implements MatMul {
    @Override
    public void multiply(
        MemorySegment weight,
        int columns,
        MemorySegment activations,
        int count,
        MemorySegment out,
        int outColumns,
        int rowBegin,
        int rowEnd) {
      tokens.add(count);
    }
  }

  @Test
  void takesTilesFromHalfATileOn() {
    Noting few = new Noting("few", LAYOUT, new ArrayList<>());
    Noting many = new Noting("many", LAYOUT, new ArrayList<>());
    MatMul kernel = new MatMulTiles(few, many);
    for (int tokens : new int[] {1, 7, 8, 16, 256}) {
      MemorySegment none = MemorySegment.NULL;
      kernel.multiply(none, 32, none, tokens, none, 16, 0, 16);
    }

    assertThat(few.tokens()).containsExactly(1, 7);
    assertThat(many.tokens()).containsExactly(8, 16, 256);
    assertThat(kernel.name()).isEqualTo("many");
    assertThat(kernel.activationLayout()).isSameAs(LAYOUT);
  }

  @Test
  void refusesKernelsThatReadActivationsDifferently() {
    Noting few = new Noting("few", F32Activations.INSTANCE, List.of());
    Noting many = new Noting("many", LAYOUT, List.of());

    assertThatThrownBy(() -> new MatMulTiles(few, many))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Q8");
  }
}
