package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.quant.BlockFormat;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link MatMul} does, whatever the rung and the weight format. Each result is compared
 * with a double-precision loop over the weights as {@link BlockFormat} decodes them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class MatMulContract {
  private static final int[] BLOCKS_PER_ROW = {1, 2, 3, 5, 28};
  private static final int[] TAILS = {1, 7, 16, 31, 33, 67, 576};
  private static final int[] TOKENS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 17};
  private static final int MAX_TOKENS = 17;

  /** More than a machine-code kernel takes at once, and no multiple of that. */
  private static final int ROWS = 21;

  private static final float UNTOUCHED = 12345;

  /** The kernel under test. */
  protected abstract MatMul kernel(TensorType weightType);

  /** The weight formats the rung serves. */
  protected Set<TensorType> types() {
    return EnumSet.allOf(TensorType.class);
  }

  /** The activations that the kernel computes with: a layout that rounds them returns others. */
  protected FloatMatrix asSeen(Arena arena, TensorType type, FloatMatrix x) {
    return x;
  }

  /**
   * Largest error of an output element, relative to {@code Σ |weight·x|}, from the arithmetic the
   * kernel documents.
   */
  protected abstract double errorBound(int columns);

  @ParameterizedTest
  @MethodSource("types")
  void agreesWithADoubleLoopForEveryTailAndBatchWidth(TensorType type) {
    long seed = 1;
    RandomGenerator random = new Random(seed);
    try (Arena arena = Arena.ofConfined()) {
      for (int columns : columnCounts(type)) {
        Product product = new Product(type, columns, ROWS);
        product.weight = RandomWeights.rows(arena, random, type, columns, ROWS, 0.1f);
        FloatMatrix x = gaussian(arena, random, MAX_TOKENS, columns);
        for (int tokens : TOKENS) {
          FloatMatrix out = product.compute(arena, x.firstRows(tokens), 0, ROWS);
          product.check(asSeen(arena, type, x), out, "seed " + seed);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void survivesExtremeBlocks(TensorType type) {
    int columns = Math.max(64, type.blockSize());
    float[] scales = {0f, -0f, 1f, -1f, 5.9604645e-8f, -6e-6f, 65504f};
    try (Arena arena = Arena.ofConfined()) {
      FloatMatrix x = FloatMatrix.allocate(arena, 3, columns);
      for (int k = 0; k < columns; k++) {
        x.set(0, k, k % 2 == 0 ? 3e4f : -2e4f);
        x.set(1, k, Float.MIN_VALUE * (k + 1));
        x.set(2, k, k % 3 == 0 ? 0f : -1f);
      }
      for (int fill : new int[] {0x00, 0xFF, 0x80, 0x7F, 0x0F, 0xF0}) {
        for (float scale : scales) {
          Product product = new Product(type, columns, 2);
          product.weight = RandomWeights.constant(arena, type, columns, 2, fill, scale);
          product.check(
              asSeen(arena, type, x),
              product.compute(arena, x, 0, 2),
              "fill " + fill + " scale " + scale);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void aTokenGetsTheSameBitsAloneAsInABatch(TensorType type) {
    RandomGenerator random = new Random(2);
    try (Arena arena = Arena.ofConfined()) {
      int columns = 2 * Math.max(96, type.blockSize());
      Product product = new Product(type, columns, ROWS);
      product.weight = RandomWeights.rows(arena, random, type, columns, ROWS, 0.1f);
      FloatMatrix x = gaussian(arena, random, MAX_TOKENS, columns);
      FloatMatrix batch = product.compute(arena, x, 0, ROWS);
      for (int token = 0; token < MAX_TOKENS; token++) {
        FloatMatrix alone = FloatMatrix.allocate(arena, 1, columns);
        MemorySegment.copy(x.row(token), 0, alone.data(), 0, x.row(token).byteSize());
        FloatMatrix out = product.compute(arena, alone, 0, ROWS);
        assertThat(out.toArray(0)).containsExactly(batch.toArray(token));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void rowsGetTheSameBitsHoweverTheyAreSplit(TensorType type) {
    RandomGenerator random = new Random(3);
    try (Arena arena = Arena.ofConfined()) {
      int columns = 2 * Math.max(96, type.blockSize());
      Product product = new Product(type, columns, ROWS);
      product.weight = RandomWeights.rows(arena, random, type, columns, ROWS, 0.1f);
      for (int tokens : new int[] {1, 5}) {
        FloatMatrix x = gaussian(arena, random, tokens, columns);
        FloatMatrix whole = product.compute(arena, x, 0, ROWS);
        for (int begin = 0; begin < ROWS; begin++) {
          for (int end = begin + 1; end <= ROWS; end++) {
            FloatMatrix part = product.compute(arena, x, begin, end);
            for (int row = 0; row < ROWS; row++) {
              float expected = row < begin || row >= end ? UNTOUCHED : whole.get(tokens - 1, row);
              assertThat(part.get(tokens - 1, row)).isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  private static int[] columnCounts(TensorType type) {
    int[] counts = (type.blockSize() == 1 ? TAILS : BLOCKS_PER_ROW).clone();
    for (int i = 0; i < counts.length; i++) {
      counts[i] *= type.blockSize();
    }
    return counts;
  }

  private static FloatMatrix gaussian(Arena arena, RandomGenerator random, int rows, int columns) {
    FloatMatrix matrix = FloatMatrix.allocate(arena, rows, columns);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        matrix.set(row, column, (float) random.nextGaussian());
      }
    }
    return matrix;
  }

  /** One weight matrix and what is done with it. */
  private final class Product {
    private final MatMul kernel;
    private final BlockFormat format;
    private final int columns;
    private final int rows;
    private MemorySegment weight;

    Product(TensorType type, int columns, int rows) {
      this.kernel = kernel(type);
      this.format = BlockFormat.of(type);
      this.columns = columns;
      this.rows = rows;
    }

    FloatMatrix compute(Arena arena, FloatMatrix x, int rowBegin, int rowEnd) {
      ActivationLayout layout = kernel.activationLayout();
      MemorySegment prepared = arena.allocate(layout.bytes(columns) * x.rows(), 64);
      prepared.fill((byte) 0x7F);
      layout.write(x.data(), columns, 0, x.rows(), prepared);
      FloatMatrix out = FloatMatrix.allocate(arena, x.rows(), rows);
      for (int token = 0; token < x.rows(); token++) {
        for (int row = 0; row < rows; row++) {
          out.set(token, row, UNTOUCHED);
        }
      }
      kernel.multiply(weight, columns, prepared, x.rows(), out.data(), rows, rowBegin, rowEnd);
      return out;
    }

    void check(FloatMatrix x, FloatMatrix out, String what) {
      float[] decoded = new float[columns];
      for (int row = 0; row < rows; row++) {
        format.decode(weight, row * format.type().bytes(columns), decoded, 0, columns);
        for (int token = 0; token < out.rows(); token++) {
          double sum = 0;
          double magnitude = 0;
          for (int k = 0; k < columns; k++) {
            double term = (double) decoded[k] * x.get(token, k);
            sum += term;
            magnitude += Math.abs(term);
          }
          double bound = errorBound(columns) * magnitude + columns * (double) Float.MIN_VALUE;
          assertThat(Math.abs(out.get(token, row) - sum))
              .as("%s %d columns, row %d, token %d, %s", kernel.name(), columns, row, token, what)
              .isLessThanOrEqualTo(bound);
        }
      }
    }
  }
}
