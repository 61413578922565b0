package io.maque.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.kernel.Activation;
import io.maque.kernel.ActivationLayout;
import io.maque.kernel.Attention;
import io.maque.kernel.Attention.CachedHead;
import io.maque.kernel.Attention.Queries;
import io.maque.kernel.AttentionShape;
import io.maque.kernel.Availability;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.kernel.RandomWeights;
import io.maque.kernel.RopePairing;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.kernel.vector.VectorProvider;
import io.maque.quant.BlockFormat;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kernel of every rung of this machine on shapes that nobody chose, beside the scalar rung.
 * Each run draws other ones; a failure names the seed.
 */
class RandomShapesTest {
  private static final int PRODUCTS = 60;
  private static final int OTHERS = 40;

  /**
   * After the norm and its weight values reach some ten or hundred, of which f32 keeps this much.
   */
  private static final float ROW_ERROR = 1e-3f;

  private static final KernelProvider SCALAR = new ScalarProvider();

  static Stream<KernelProvider> rungs() {
    return Stream.of(
            JitProvider.avx512Vnni(),
            JitProvider.avxVnni(),
            JitProvider.avx2(),
            new VectorProvider())
        .filter(rung -> rung.availability(Machine.current()) instanceof Availability.Usable);
  }

  static Stream<KernelProvider> rungsWithProducts() {
    return Stream.concat(Stream.of(new AmxProvider()).filter(rung -> Rungs.amx()), rungs());
  }

  @ParameterizedTest
  @MethodSource("rungsWithProducts")
  void products(KernelProvider rung) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < PRODUCTS; i++) {
      TensorType type = TensorType.values()[random.nextInt(TensorType.values().length)];
      rung.matMul(type).ifPresent(kernel -> product(kernel, type, random, seed));
    }
  }

  private static void product(MatMul kernel, TensorType type, Random random, long seed) {
    int columns = type.blockSize() * (1 + random.nextInt(type.blockSize() == 1 ? 1500 : 6));
    boolean integers = kernel instanceof MatMulPanel || kernel instanceof MatMulTiles;
    if (integers) {
      columns = Math.ceilDiv(columns, 32) * 32;
    }
    int rows = 1 + random.nextInt(70);
    int tokens = 1 + random.nextInt(20);
    int begin = random.nextInt(rows);
    int end = begin + 1 + random.nextInt(rows - begin);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weight = RandomWeights.rows(arena, random, type, columns, rows, 0.1f);
      FloatMatrix x = gaussian(arena, random, tokens, columns);
      FloatMatrix out = multiply(kernel, arena, weight, x, rows, begin, end);
      MatMul scalar = SCALAR.matMul(type).orElseThrow();
      FloatMatrix expected = multiply(scalar, arena, weight, x, rows, begin, end);
      for (int token = 0; token < tokens; token++) {
        for (int row = 0; row < rows; row++) {
          String what =
              "%s %d × %d, rows %d to %d, %d tokens, seed %d"
                  .formatted(kernel.name(), columns, rows, begin, end, tokens, seed);
          if (row < begin || row >= end) {
            assertThat(out.get(token, row)).as(what).isZero();
          } else if (integers) {
            float exact = new ScalarPanel(type, weight).multiply(row, x, token);
            assertThat(out.get(token, row)).as(what).isEqualTo(exact);
          } else {
            double bound =
                (columns + 8) * 0x1p-23 * magnitude(type, weight, columns, row, x, token);
            assertThat(Math.abs((double) out.get(token, row) - expected.get(token, row)))
                .as(what)
                .isLessThanOrEqualTo(bound);
          }
        }
      }
    }
  }

  /** {@code Σ |weight · x|}, which the rounding of a sum is relative to. */
  private static double magnitude(
      TensorType type, MemorySegment weight, int columns, int row, FloatMatrix x, int token) {
    float[] values = new float[columns];
    BlockFormat.of(type).decode(weight, row * type.bytes(columns), values, 0, columns);
    double sum = 0;
    for (int k = 0; k < columns; k++) {
      sum += Math.abs((double) values[k] * x.get(token, k));
    }
    return sum;
  }

  private static FloatMatrix multiply(
      MatMul kernel,
      Arena arena,
      MemorySegment weight,
      FloatMatrix x,
      int rows,
      int begin,
      int end) {
    ActivationLayout layout = kernel.activationLayout();
    MemorySegment prepared = arena.allocate(x.rows() * layout.bytes(x.columns()), 64);
    layout.write(x.data(), x.columns(), 0, x.rows(), prepared);
    FloatMatrix out = FloatMatrix.allocate(arena, x.rows(), rows);
    if (begin < end) {
      kernel.multiply(weight, x.columns(), prepared, x.rows(), out.data(), rows, begin, end);
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void attention(KernelProvider rung) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < OTHERS; i++) {
      TensorType type =
          List.of(TensorType.F16, TensorType.Q8_0, TensorType.F32).get(random.nextInt(3));
      int length = type.blockSize() * (1 + random.nextInt(160 / type.blockSize()));
      AttentionShape shape =
          new AttentionShape(
              1 + random.nextInt(9),
              length,
              type.blockSize() * (1 + random.nextInt(160 / type.blockSize())),
              (float) (1 / Math.sqrt(length)),
              1 + random.nextInt(70));
      Attention kernel = rung.attention(type).orElseThrow();
      int positions = 1 + random.nextInt(400);
      int tokens = 1 + random.nextInt(Math.min(positions, kernel.maxTokens(shape)));
      int window = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(positions);
      try (Arena arena = Arena.ofConfined()) {
        AttentionScene scene =
            new AttentionScene(arena, random, type, shape, positions, tokens, window);
        float[][] found = scene.attend(kernel, 0, tokens);
        for (int token = 0; token < tokens; token++) {
          float[] expected = scene.attend(SCALAR.attention(type).orElseThrow(), token, 1)[0];
          for (int k = 0; k < expected.length; k++) {
            assertThat((double) found[token][k])
                .as(
                    "%s %s, %d tokens of %d, window %d, value %d, seed %d",
                    kernel.name(), shape, tokens, positions, window, k, seed)
                .isCloseTo(expected[k], Offset.offset(scene.bound()));
          }
        }
      }
    }
  }

  /** A cache of random keys and values, and queries at its end. */
  private record AttentionScene(
      Arena arena, AttentionShape shape, Queries queries, CachedHead head, double bound) {

    AttentionScene(
        Arena arena,
        Random random,
        TensorType type,
        AttentionShape shape,
        int positions,
        int tokens,
        int window) {
      int blocks = Math.ceilDiv(positions, shape.blockTokens());
      long keyBytes = type.bytes((long) shape.blockTokens() * shape.keyLength());
      long blockBytes = keyBytes + type.bytes((long) shape.blockTokens() * shape.valueLength());
      int elements = Math.toIntExact(blocks * blockBytes / type.blockBytes()) * type.blockSize();
      float magnitude = type.blockSize() == 1 ? 1 : 0.01f;
      MemorySegment pool = RandomWeights.rows(arena, random, type, elements, 1, magnitude);
      long[] offsets = new long[blocks];
      for (int i = 0; i < blocks; i++) {
        offsets[i] = (blocks - 1 - i) * blockBytes;
      }
      int length = shape.groupSize() * shape.keyLength();
      Queries queries =
          new Queries(
              gaussian(arena, random, tokens, length).data(),
              0,
              (long) length * Float.BYTES,
              tokens,
              positions - tokens,
              window);
      // A score errs by its terms' rounding, a weight relatively by as much, above and below the
      // line; values are below six.
      double score = (shape.keyLength() + 4) * 0x1p-24 * 6 * Math.sqrt(shape.keyLength());
      double bound = 6 * (4 * score + 2 * (positions + 8) * 0x1p-24);
      this(arena, shape, queries, new CachedHead(pool, offsets, 0, keyBytes), bound);
    }

    float[][] attend(Attention kernel, int first, int tokens) {
      Queries some =
          new Queries(
              queries.data(),
              first * queries.stride(),
              queries.stride(),
              tokens,
              queries.position() + first,
              queries.window());
      MemorySegment state = arena.allocate(kernel.stateBytes(shape, tokens), 64);
      MemorySegment next = arena.allocate(kernel.stateBytes(shape, tokens), 64);
      kernel.attend(shape, some, head, some.firstRange(), state);
      for (int range = some.firstRange() + 1; range < some.rangeEnd(); range++) {
        kernel.attend(shape, some, head, range, next);
        kernel.merge(shape, tokens, state, next);
      }
      FloatMatrix out =
          FloatMatrix.allocate(arena, tokens, shape.groupSize() * shape.valueLength());
      kernel.finish(shape, tokens, state, out.data(), 0, (long) out.columns() * Float.BYTES);
      return IntStream.range(0, tokens).mapToObj(out::toArray).toArray(float[][]::new);
    }
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void rowOperations(KernelProvider rung) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < OTHERS; i++) {
      int rows = 1 + random.nextInt(5);
      int columns = 2 * (1 + random.nextInt(500));
      int pairs = 1 + random.nextInt(columns / 2);
      Activation activation = random.nextBoolean() ? Activation.SILU : Activation.GELU_TANH;
      RopePairing pairing = random.nextBoolean() ? RopePairing.NEOX : RopePairing.NORM;
      try (Arena arena = Arena.ofConfined()) {
        FloatMatrix x = gaussian(arena, random, rows, columns);
        FloatMatrix y = gaussian(arena, random, rows, columns);
        String what = "%d × %d, %d pairs, seed %d".formatted(rows, columns, pairs, seed);
        float[][] results = new float[2][];
        for (KernelProvider provider : new KernelProvider[] {SCALAR, rung}) {
          FloatMatrix out = FloatMatrix.allocate(arena, rows, columns);
          out.data().copyFrom(x.data());
          long bytes = (long) columns * Float.BYTES;
          provider
              .add()
              .ifPresent(add -> add.addToRows(out.data(), 0, bytes, rows, y.data(), 0, columns));
          provider
              .gatedActivation(activation)
              .ifPresent(gate -> gate.apply(out.data(), 0, y.data(), 0, rows * columns));
          provider
              .rope(pairing)
              .or(() -> SCALAR.rope(pairing))
              .ifPresent(rope -> rope.rotate(out.data(), 0, rows, columns, pairs, y.data(), 0));
          provider
              .rmsNorm()
              .ifPresent(norm ->
                  norm.normalizeRows(out.data(), 0, rows, columns, y.data(), 1e-5f, out.data(), 0));
          results[provider == SCALAR ? 0 : 1] = out.data().toArray(ValueLayout.JAVA_FLOAT);
        }
        assertThat(results[1])
            .as("%s %s %s, %s", rung.name(), activation, pairing, what)
            .containsExactly(results[0], Offset.offset(ROW_ERROR));
      }
    }
  }

  private static FloatMatrix gaussian(Arena arena, Random random, int rows, int columns) {
    FloatMatrix matrix = FloatMatrix.allocate(arena, rows, columns);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        matrix.set(row, column, (float) random.nextGaussian());
      }
    }
    return matrix;
  }
}
