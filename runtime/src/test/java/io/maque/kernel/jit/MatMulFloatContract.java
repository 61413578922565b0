package io.maque.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.kernel.MatMul;
import io.maque.kernel.MatMulContract;
import io.maque.kernel.RandomWeights;
import io.maque.quant.BlockFormat;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link MatMulFloat} on some instruction set: besides the contract, every bit of it. */
abstract class MatMulFloatContract extends MatMulContract {
  /** Both sides of a register, of a stretch and of two, and whole ones. */
  private static final int[] COLUMNS = {5, 64, 1016, 1024, 1033, 1040, 2048, 2100};

  /** More than a panel takes at once, and no multiple of a tile. */
  private static final int ROWS = FloatPanel.ROWS + 7;

  private final Isa isa;
  private final int lanes;

  MatMulFloatContract(Isa isa) {
    this.isa = isa;
    this.lanes = isa.bytes() / Float.BYTES;
  }

  @Override
  protected MatMul kernel(TensorType weightType) {
    return new MatMulFloat(FloatFormat.valueOf(weightType.name()), isa);
  }

  @Override
  protected Set<TensorType> types() {
    return EnumSet.of(TensorType.F32, TensorType.F16, TensorType.BF16);
  }

  /** One rounding per term of a lane in a stretch, per level of the fold, and per stretch. */
  @Override
  protected double errorBound(int columns) {
    int terms = Math.ceilDiv(Math.min(columns, FloatProduct.STRETCH), lanes);
    int levels = Integer.numberOfTrailingZeros(lanes);
    return (terms + levels + Math.ceilDiv(columns, FloatProduct.STRETCH)) * 0x1p-24;
  }

  @ParameterizedTest
  @EnumSource
  void sumsInTheDocumentedOrderForEveryNumberOfTokens(FloatFormat format) {
    RandomGenerator random = new Random(11);
    try (Arena arena = Arena.ofConfined()) {
      for (int columns : COLUMNS) {
        MemorySegment weight =
            RandomWeights.rows(arena, random, format.type(), columns, ROWS, 0.1f);
        for (int tokens : new int[] {1, 2, 7, 20}) {
          FloatMatrix x = gaussian(arena, random, tokens, columns);
          FloatMatrix out = FloatMatrix.allocate(arena, tokens, ROWS);
          MemorySegment prepared = prepared(arena, x);
          kernel(format.type())
              .multiply(weight, columns, prepared, tokens, out.data(), ROWS, 0, ROWS);
          // every third row is every place in a group of four, and the last
          for (int row = ROWS - 1; row >= 0; row -= 3) {
            float[] decoded = new float[columns];
            long offset = row * format.type().bytes(columns);
            BlockFormat.of(format.type()).decode(weight, offset, decoded, 0, columns);
            for (int token = 0; token < tokens; token++) {
              assertThat(out.get(token, row))
                  .as("%d columns, %d tokens, row %d, token %d", columns, tokens, row, token)
                  .isEqualTo(expected(decoded, x.toArray(token)));
            }
          }
        }
      }
    }
  }

  /** One weight of each of the 65,536 bit patterns to a row, infinities and NaN among them. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void convertsEveryBitPattern(FloatFormat format) {
    int rows = 1 << Short.SIZE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weight = arena.allocate((long) rows * lanes * Short.BYTES, 64);
      float[] expected = new float[rows];
      for (int row = 0; row < rows; row++) {
        long offset = (long) row * lanes * Short.BYTES;
        weight.set(ValueLayout.JAVA_SHORT, offset, (short) row);
        BlockFormat.of(format.type()).decode(weight, offset, expected, row, 1);
        expected[row] += 0f; // a sum that begins with zero is never the negative one
      }
      for (int tokens : new int[] {1, 20}) {
        FloatMatrix x = FloatMatrix.allocate(arena, tokens, lanes);
        x.set(tokens - 1, 0, 1);
        FloatMatrix out = FloatMatrix.allocate(arena, tokens, rows);
        MatMul kernel = kernel(format.type());
        kernel.multiply(weight, lanes, prepared(arena, x), tokens, out.data(), rows, 0, rows);
        assertThat(out.toArray(tokens - 1)).isEqualTo(expected);
      }
    }
  }

  /** Behind each operand lies a page that does not exist: touching it ends the process. */
  @ParameterizedTest
  @EnumSource
  void touchesNothingBehindItsOperands(FloatFormat format, @TempDir Path folder)
      throws IOException {
    RandomGenerator random = new Random(12);
    MatMul kernel = kernel(format.type());
    try (Arena arena = Arena.ofConfined()) {
      for (int columns : COLUMNS) {
        for (int rows : new int[] {1, 4, 6}) {
          for (int tokens : new int[] {1, 20}) {
            MemorySegment weight =
                RandomWeights.rows(arena, random, format.type(), columns, rows, 0.1f);
            MemorySegment x = prepared(arena, gaussian(arena, random, tokens, columns));
            FloatMatrix free = FloatMatrix.allocate(arena, tokens, rows);
            kernel.multiply(weight, columns, x, tokens, free.data(), rows, 0, rows);
            MemorySegment out = beforeMissingPage(arena, folder, free.data().byteSize());
            kernel.multiply(
                beforeMissingPage(arena, folder, weight.byteSize()).copyFrom(weight),
                columns,
                beforeMissingPage(arena, folder, x.byteSize()).copyFrom(x),
                tokens,
                out,
                rows,
                0,
                rows);
            assertThat(out.mismatch(free.data())).isEqualTo(-1);
          }
        }
      }
    }
  }

  /** The sum as {@link FloatProduct} defines it. */
  private float expected(float[] weight, float[] x) {
    float sum = 0;
    for (int begin = 0; begin < weight.length; begin += FloatProduct.STRETCH) {
      float[] lanes = new float[this.lanes];
      int end = Math.min(begin + FloatProduct.STRETCH, weight.length);
      for (int k = begin; k < end; k++) {
        int lane = (k - begin) % lanes.length;
        lanes[lane] = Math.fma(weight[k], x[k], lanes[lane]);
      }
      for (int lane = 0; lane < lanes.length; lane += 4) {
        lanes[lane] = lanes[lane] + lanes[lane + 2] + (lanes[lane + 1] + lanes[lane + 3]);
      }
      for (int half = lanes.length / 2; half >= 4; half /= 2) {
        for (int lane = 0; lane < half; lane += 4) {
          lanes[lane] += lanes[lane + half];
        }
      }
      sum += lanes[0];
    }
    return sum;
  }

  private MemorySegment prepared(Arena arena, FloatMatrix x) {
    var layout = kernel(TensorType.F32).activationLayout();
    MemorySegment prepared = arena.allocate(layout.bytes(x.columns()) * x.rows(), 64);
    layout.write(x.data(), x.columns(), 0, x.rows(), prepared);
    return prepared;
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

  /** The last bytes of a mapped file, which was cut off behind them. */
  private static MemorySegment beforeMissingPage(Arena arena, Path folder, long bytes)
      throws IOException {
    long page = 4096;
    long pages = Math.ceilDiv(bytes, page) * page;
    Path path = folder.resolve("operand");
    try (FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      MemorySegment mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, pages + page, arena);
      file.truncate(pages);
      return mapped.asSlice(pages - bytes, bytes);
    }
  }
}
