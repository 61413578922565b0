package io.maque.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.kernel.RandomWeights;
import io.maque.quant.BlockFormat;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Decoders give the very bits of the format's definition, and touch nothing else. */
class RowDecoderTest {
  private static final float UNTOUCHED = 12345;

  @ParameterizedTest
  @EnumSource
  void agreesWithTheFormatBitForBit(TensorType type) {
    long seed = 5;
    Random random = new Random(seed);
    try (Arena arena = Arena.ofConfined()) {
      for (int round = 0; round < 50; round++) {
        int count = type.blockSize() * (1 + random.nextInt(type.blockSize() == 1 ? 70 : 4));
        MemorySegment blocks = RandomWeights.rows(arena, random, type, count, 2, 10);
        check(type, blocks, type.bytes(count), count, "seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyScaleOfAFormatWithF16ScalesIsRead(TensorType type) {
    int count = Math.max(32, type.blockSize());
    try (Arena arena = Arena.ofConfined()) {
      for (int bits = 0; bits < 1 << 16; bits += 61) {
        float scale = Float.float16ToFloat((short) bits);
        if (!Float.isFinite(scale)) {
          continue;
        }
        int fill = bits * 31;
        MemorySegment blocks = RandomWeights.constant(arena, type, count, 1, fill, scale);
        check(type, blocks, 0, count, "scale bits " + bits);
      }
    }
  }

  private static void check(
      TensorType type, MemorySegment blocks, long offset, int count, String what) {
    int at = 3;
    float[] expected = new float[count + 2 * at];
    Arrays.fill(expected, UNTOUCHED);
    float[] decoded = expected.clone();
    BlockFormat.of(type).decode(blocks, offset, expected, at, count);
    RowDecoder.of(type).decode(blocks, offset, decoded, at, count);
    assertThat(bits(decoded)).as("%s %s", type, what).containsExactly(bits(expected));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
