package io.maque.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.kernel.ActivationLayout;
import io.maque.kernel.MatMul;
import io.maque.kernel.MatMulContract;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class MatMulPanelTest extends MatMulContract {
  private static final Avx512VnniProvider PROVIDER = new Avx512VnniProvider();

  @Override
  protected MatMul kernel(TensorType weightType) {
    return PROVIDER.matMul(weightType).orElseThrow();
  }

  @Override
  protected Set<TensorType> types() {
    Set<TensorType> served = EnumSet.allOf(TensorType.class);
    served.removeIf(type -> PROVIDER.matMul(type).isEmpty());
    return served;
  }

  /** The activations as rounding to eight bits leaves them; all else is exact or f32. */
  @Override
  protected FloatMatrix asSeen(Arena arena, FloatMatrix x) {
    FloatMatrix seen = FloatMatrix.allocate(arena, x.rows(), x.columns());
    for (int row = 0; row < x.rows(); row++) {
      for (int block = 0; block < x.columns(); block += 32) {
        ScalarQ8 q8 = ScalarQ8.of(x, row, block);
        for (int i = 0; i < 32; i++) {
          seen.set(row, block + i, q8.d() * q8.q()[i]);
        }
      }
    }
    return seen;
  }

  @Override
  protected double errorBound(int columns) {
    return (columns / 32 * 2 + 8) * 0x1p-23;
  }

  @Test
  void quantisesLikeTheScalarDefinitionBitForBit() {
    Random random = new Random(7);
    ActivationLayout layout = kernel(TensorType.Q8_0).activationLayout();
    float[] magnitudes = {1, 1e-30f, 1e-36f, 1e-45f, 1e30f, 0, Float.NaN, Float.POSITIVE_INFINITY};
    try (Arena arena = Arena.ofConfined()) {
      for (float magnitude : magnitudes) {
        FloatMatrix x = FloatMatrix.allocate(arena, 3, 96);
        for (int i = 0; i < 3 * 96; i++) {
          x.set(i / 96, i % 96, (float) random.nextGaussian() * (i % 7 == 0 ? magnitude : 1e-3f));
        }
        MemorySegment written = arena.allocate(3 * layout.bytes(96), 64);
        layout.write(x.data(), 96, 0, 3, written);
        for (int block = 0; block < 9; block++) {
          ScalarQ8 expected = ScalarQ8.of(x, block / 3, block % 3 * 32);
          long at = block / 3 * layout.bytes(96) + block % 3 * Q8Activations.BLOCK_BYTES;
          assertThat(ScalarQ8.read(written, at)).as("magnitude %s", magnitude).isEqualTo(expected);
        }
      }
    }
  }
}
