package io.maque.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.kernel.ActivationLayout;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.MatMul;
import io.maque.kernel.MatMulContract;
import io.maque.kernel.RandomWeights;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the matrix products of every machine-code rung do besides, bit for bit. */
public abstract class MatMulPanelContract extends MatMulContract {
  private static final int MAX_TOKENS = 17;
  private static final int[] TOKENS = {1, 2, 3, 4, 5, 6, 7, 8, 9, MAX_TOKENS};

  /** Fewer than a panel, a panel, and more, with every number left over. */
  private static final int[] ROWS = {1, 5, 7, 8, 9, 15, 16, 17, 21, 32};

  private final KernelProvider provider;

  protected MatMulPanelContract(KernelProvider provider) {
    this.provider = provider;
  }

  @Override
  protected MatMul kernel(TensorType weightType) {
    return provider.matMul(weightType).orElseThrow();
  }

  @Override
  protected Set<TensorType> types() {
    Set<TensorType> served = EnumSet.allOf(TensorType.class);
    served.removeIf(type -> type.blockSize() == 1 || provider.matMul(type).isEmpty());
    return served;
  }

  /** The activations as rounding to integers leaves them; all else is exact or f32. */
  @Override
  protected FloatMatrix asSeen(Arena arena, TensorType type, FloatMatrix x) {
    FloatMatrix seen = FloatMatrix.allocate(arena, x.rows(), x.columns());
    for (int row = 0; row < x.rows(); row++) {
      for (int block = 0; block < x.columns(); block += 32) {
        ScalarActivations q = ScalarActivations.of(x, row, block, ScalarPanel.planes(type));
        for (int i = 0; i < 32; i++) {
          seen.set(row, block + i, q.d() * q.q()[i]);
        }
      }
    }
    return seen;
  }

  @Override
  protected double errorBound(int columns) {
    return (columns / 32 * 2 + 8) * 0x1p-23;
  }

  @ParameterizedTest
  @MethodSource("types")
  void computesTheScalarDefinitionBitForBit(TensorType type) {
    long seed = 5;
    Random random = new Random(seed);
    int[] columnCounts = {type.blockSize(), 3 * type.blockSize(), 2304};
    try (Arena arena = Arena.ofConfined()) {
      for (int columns : columnCounts) {
        int maxRows = ROWS[ROWS.length - 1];
        MemorySegment weight = RandomWeights.rows(arena, random, type, columns, maxRows, 0.1f);
        FloatMatrix x = FloatMatrix.allocate(arena, MAX_TOKENS, columns);
        for (int i = 0; i < MAX_TOKENS * columns; i++) {
          x.set(i / columns, i % columns, (float) random.nextGaussian());
        }
        float[][] expected = scalar(type, weight, x, maxRows);
        for (int rows : ROWS) {
          for (int tokens : TOKENS) {
            FloatMatrix out = multiply(arena, type, weight, x.firstRows(tokens), rows);
            for (int token = 0; token < tokens; token++) {
              assertThat(out.toArray(token))
                  .as("%s, %d columns, %d tokens, seed %d", type, columns, tokens, seed)
                  .containsExactly(Arrays.copyOf(expected[token], rows));
            }
          }
        }
      }
    }
  }

  /** All values at an end of their range, and activations that are no numbers. */
  @ParameterizedTest
  @MethodSource("types")
  void computesTheScalarDefinitionOfExtremesBitForBit(TensorType type) {
    int columns = Math.max(64, type.blockSize());
    int rows = 9;
    try (Arena arena = Arena.ofConfined()) {
      FloatMatrix x = FloatMatrix.allocate(arena, 6, columns);
      for (int k = 0; k < columns; k++) {
        x.set(0, k, -1);
        x.set(1, k, k % 2 == 0 ? 1 : -1);
        x.set(2, k, k == 3 ? Float.NaN : k);
        x.set(3, k, k == columns - 2 ? Float.POSITIVE_INFINITY : -k);
        x.set(4, k, k % 5 == 0 ? Float.NEGATIVE_INFINITY : 3e38f);
        x.set(5, k, k % 3 == 0 ? Float.MIN_VALUE : -3e38f);
      }
      for (int fill : new int[] {0x00, 0xFF, 0x80, 0x7F, 0x81, 0x0F, 0xF0}) {
        for (float scale : new float[] {0f, -1f, 1f, 6e-8f, 65504f, Float.POSITIVE_INFINITY}) {
          MemorySegment weight = RandomWeights.constant(arena, type, columns, rows, fill, scale);
          FloatMatrix out = multiply(arena, type, weight, x, rows);
          float[][] expected = scalar(type, weight, x, rows);
          for (int token = 0; token < x.rows(); token++) {
            assertThat(out.toArray(token))
                .as("%s fill %x scale %s token %d", type, fill, scale, token)
                .containsExactly(expected[token]);
          }
        }
      }
    }
  }

  /** Weights that end, or begin, where nothing may be read. */
  @ParameterizedTest
  @MethodSource("types")
  void readsNothingBesideTheWeights(TensorType type) {
    Random random = new Random(11);
    int columns = 2 * type.blockSize();
    try (Arena arena = Arena.ofConfined()) {
      for (int rows : new int[] {1, 16, 17, 48}) {
        MemorySegment weight = RandomWeights.rows(arena, random, type, columns, rows, 0.1f);
        for (int tokens : new int[] {1, 9}) {
          FloatMatrix x = FloatMatrix.allocate(arena, tokens, columns);
          for (int i = 0; i < tokens * columns; i++) {
            x.set(i / columns, i % columns, (float) random.nextGaussian());
          }
          FloatMatrix expected = multiply(arena, type, weight, x, rows);
          FloatMatrix atEnd = multiply(arena, type, GuardedMemory.end(weight), x, rows);
          FloatMatrix atBegin = multiply(arena, type, GuardedMemory.begin(weight), x, rows);
          assertThat(atEnd.data().mismatch(expected.data())).isEqualTo(-1);
          assertThat(atBegin.data().mismatch(expected.data())).isEqualTo(-1);
        }
      }
    }
  }

  private FloatMatrix multiply(
      Arena arena, TensorType type, MemorySegment weight, FloatMatrix x, int rows) {
    MatMul kernel = kernel(type);
    ActivationLayout layout = kernel.activationLayout();
    MemorySegment prepared = arena.allocate(layout.bytes(x.columns()) * x.rows(), 64);
    layout.write(x.data(), x.columns(), 0, x.rows(), prepared);
    FloatMatrix out = FloatMatrix.allocate(arena, x.rows(), rows);
    kernel.multiply(weight, x.columns(), prepared, x.rows(), out.data(), rows, 0, rows);
    return out;
  }

  private static float[][] scalar(TensorType type, MemorySegment weight, FloatMatrix x, int rows) {
    ScalarPanel panel = new ScalarPanel(type, weight);
    float[][] out = new float[x.rows()][rows];
    for (int token = 0; token < x.rows(); token++) {
      for (int row = 0; row < rows; row++) {
        out[token][row] = panel.multiply(row, x, token);
      }
    }
    return out;
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0"})
  void quantisesLikeTheScalarDefinitionBitForBit(TensorType type) {
    Random random = new Random(7);
    int planes = ScalarPanel.planes(type);
    ActivationLayout layout = kernel(type).activationLayout();
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
          ScalarActivations expected = ScalarActivations.of(x, block / 3, block % 3 * 32, planes);
          long inRow = (long) block % 3 * QuantisedActivations.blockBytes(planes);
          long at = block / 3 * layout.bytes(96) + inRow;
          assertThat(ScalarActivations.read(written, at, planes))
              .as("magnitude %s", magnitude)
              .isEqualTo(expected);
        }
      }
    }
  }
}
