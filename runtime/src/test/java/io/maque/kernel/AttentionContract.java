package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.kernel.Attention.CachedHead;
import io.maque.kernel.Attention.Queries;
import io.maque.quant.BlockEncoder;
import io.maque.quant.BlockFormat;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every {@link Attention} does, against softmax as it is written, in double precision, over
 * the keys and values as the cache holds them.
 */
public abstract class AttentionContract {
  /** Most tokens that are attended for together. */
  private static final int TOKENS = 5;

  /** The kernel under test. */
  protected abstract Attention kernel(TensorType cacheType);

  /** Relative error of one operation of the kernel's arithmetic. */
  protected abstract double unitRoundoff();

  @ParameterizedTest
  @EnumSource(names = {"F16", "Q8_0", "F32"})
  void agreesWithTheFormulaForEveryGroupAndLength(TensorType type) {
    for (int groupSize : new int[] {1, 2, 3, 4, 5, 7, 8}) {
      for (int length : lengths(type)) {
        AttentionShape shape = new AttentionShape(groupSize, length, length, 0.125f, 16);
        new Scene(type, shape, 50, 1).check(0, 50);
      }
    }
  }

  private static int[] lengths(TensorType type) {
    return type.blockSize() == 1 ? new int[] {4, 30, 64, 96} : new int[] {32, 64, 96, 128};
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "Q8_0", "F32"})
  void agreesWithTheFormulaForEveryRangeOfPositions(TensorType type) {
    int valueLength = type.blockSize() == 1 ? 48 : 64;
    AttentionShape shape = new AttentionShape(3, 32, valueLength, 0.2f, 7);
    Scene scene = new Scene(type, shape, 80, 1);
    for (int end = 1; end <= 80; end++) {
      scene.check(0, end);
      scene.check(end - 1, end);
      scene.check(end / 2, end);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "Q8_0", "F32"})
  void agreesWithTheFormulaInBlocksLargerThanAStep(TensorType type) {
    AttentionShape shape = new AttentionShape(7, 64, 64, 0.125f, 256);
    new Scene(type, shape, 600, 1).check(3, 600);
  }

  /** One position outweighs all others, and the largest score keeps growing. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "Q8_0", "F32"})
  void survivesScoresFarApart(TensorType type) {
    AttentionShape shape = new AttentionShape(2, 64, 64, 1, 16);
    new Scene(type, shape, 70, 40).check(0, 70);
    new Scene(type, shape, 70, 0).check(0, 70);
    new Scene(type, shape, 70, 1e-6f).check(0, 70);
  }

  /** A cache with random contents and a query. */
  private final class Scene {
    private final BlockFormat format;
    private final AttentionShape shape;
    private final float[][] keys;
    private final float[][] values;
    private final MemorySegment query;
    private final float[] queries;
    private final int queryStride;
    private final MemorySegment pool;
    private final long[] blockOffsets;
    private final long keyOffset;
    private final long valueOffset;

    Scene(TensorType type, AttentionShape shape, int positions, float magnitude) {
      Random random = new Random(12);
      this.format = BlockFormat.of(type);
      this.shape = shape;
      this.keyOffset = 64;
      long keyBytes = type.bytes((long) shape.blockTokens() * shape.keyLength());
      this.valueOffset = keyOffset + keyBytes;
      long blockBytes = valueOffset + type.bytes((long) shape.blockTokens() * shape.valueLength());
      int blocks = Math.ceilDiv(positions, shape.blockTokens());
      this.pool = Arena.ofAuto().allocate(blockBytes * blocks, 64).fill((byte) 0x7F);
      this.blockOffsets = new long[blocks];
      for (int i = 0; i < blocks; i++) {
        blockOffsets[i] = (blocks - 1 - i) * blockBytes;
      }
      this.keys = fill(random, positions, shape.keyLength(), keyOffset, magnitude);
      this.values = fill(random, positions, shape.valueLength(), valueOffset, 1);
      this.queryStride = shape.groupSize() * shape.keyLength() + 3;
      this.query = Floats.gaussian(Arena.ofAuto(), random, 1 + TOKENS * queryStride);
      this.queries = Floats.toArray(query);
    }

    private float[][] fill(Random random, int positions, int length, long offset, float magnitude) {
      float[][] rows = new float[positions][length];
      for (int position = 0; position < positions; position++) {
        for (int i = 0; i < length; i++) {
          rows[position][i] = magnitude * (float) random.nextGaussian();
        }
        long block = blockOffsets[position / shape.blockTokens()];
        long row = position % shape.blockTokens() * format.type().bytes(length);
        ((BlockEncoder) format).encode(rows[position], 0, length, pool, block + offset + row);
        format.decode(pool, block + offset + row, rows[position], 0, length);
      }
      return rows;
    }

    /** The last token sees positions {@code [begin, end)}, those before it as many. */
    void check(int begin, int end) {
      int window = end - begin;
      int most = Math.min(end, Math.min(TOKENS, kernel(format.type()).maxTokens(shape)));
      float[][] alone = new float[most][];
      for (int token = 0; token < most; token++) {
        alone[token] = attend(end - token, window, token, 1)[0];
      }
      for (int head = 0; head < shape.groupSize(); head++) {
        checkHead(head, begin, end, alone[0], head * shape.valueLength());
      }
      for (int tokens = 2; tokens <= most; tokens++) {
        float[][] together = attend(end - tokens + 1, window, tokens - 1, tokens);
        for (int i = 0; i < tokens; i++) {
          assertThat(together[i])
              .as("%s %s token %d of %d, [%d, %d)", format.type(), shape, i, tokens, begin, end)
              .containsExactly(alone[tokens - 1 - i]);
        }
      }
    }

    /**
     * Outputs of consecutive tokens, each with its range of positions as a state of its own.
     *
     * @param end after the position of the first token
     * @param firstQuery its query; those of the tokens after it come before
     */
    private float[][] attend(int end, int window, int firstQuery, int tokens) {
      Attention kernel = kernel(format.type());
      int length = shape.groupSize() * shape.valueLength();
      float[] untouched = new float[1 + tokens * (length + 1)];
      Arrays.fill(untouched, 12345);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment out = Floats.of(arena, untouched);
        Queries queries =
            new Queries(
                query,
                Float.BYTES * (1 + queryStride * (TOKENS - 1 - firstQuery)),
                (long) queryStride * Float.BYTES,
                tokens,
                end - 1,
                window);
        CachedHead head = new CachedHead(pool, blockOffsets, keyOffset, valueOffset);
        long bytes = kernel.stateBytes(shape, tokens);
        MemorySegment state = arena.allocate(bytes, 64).fill((byte) 0x7F);
        MemorySegment next = arena.allocate(bytes, 64).fill((byte) 0x7F);
        kernel.attend(shape, queries, head, queries.firstRange(), state);
        for (int range = queries.firstRange() + 1; range < queries.rangeEnd(); range++) {
          kernel.attend(shape, queries, head, range, next);
          kernel.merge(shape, tokens, state, next);
        }
        kernel.finish(shape, tokens, state, out, Float.BYTES, (long) (length + 1) * Float.BYTES);
        float[] result = Floats.toArray(out);
        float[][] outputs = new float[tokens][];
        assertThat(result[0]).isEqualTo(12345);
        for (int token = 0; token < tokens; token++) {
          int at = 1 + token * (length + 1);
          outputs[token] = Arrays.copyOfRange(result, at, at + length);
          assertThat(result[at + length]).isEqualTo(12345);
        }
        return outputs;
      }
    }

    private void checkHead(int head, int begin, int end, float[] result, int at) {
      double[] weights = new double[end - begin];
      double largest = Double.NEGATIVE_INFINITY;
      double scoreError = 0;
      for (int i = 0; i < weights.length; i++) {
        double magnitude = 0;
        for (int k = 0; k < shape.keyLength(); k++) {
          int from = 1 + (TOKENS - 1) * queryStride + head * shape.keyLength() + k;
          double term = (double) queries[from] * keys[begin + i][k];
          weights[i] += term * shape.scale();
          magnitude += Math.abs(term) * shape.scale();
        }
        largest = Math.max(largest, weights[i]);
        scoreError = Math.max(scoreError, (shape.keyLength() + 4) * unitRoundoff() * magnitude);
      }
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.exp(weights[i] - largest);
        sum += weights[i];
      }
      // an absolute error of a score is a relative one of its weight, above and below the line;
      // e to the power of x errs by four units
      double relative =
          2 * Math.expm1(2 * scoreError) + 2 * (weights.length + 8) * unitRoundoff() + 0x1p-24;
      for (int i = 0; i < shape.valueLength(); i++) {
        double expected = 0;
        double magnitude = 0;
        for (int position = begin; position < end; position++) {
          double term = weights[position - begin] / sum * values[position][i];
          expected += term;
          magnitude += Math.abs(term);
        }
        assertThat(Math.abs(result[at + i] - expected))
            .as("%s %s head %d value %d [%d, %d)", format.type(), shape, head, i, begin, end)
            .isLessThanOrEqualTo(relative * magnitude + 1e-30);
      }
    }
  }
}
