package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.quant.BlockEncoder;
import io.maque.quant.BlockFormat;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link CacheWrite} does: the bytes of the format's definition, and no others. */
public abstract class CacheWriteContract {
  private static final byte UNTOUCHED = 0x55;

  /** The kernel under test. */
  protected abstract CacheWrite kernel(TensorType cacheType);

  @ParameterizedTest
  @EnumSource(names = {"F16", "Q8_0", "F32"})
  void writesTheBytesOfTheDefinition(TensorType type) {
    Random random = new Random(31);
    for (int heads : new int[] {1, 2, 5}) {
      for (int blocks = 1; blocks <= (type.blockSize() == 1 ? 40 : 8); blocks++) {
        int length = blocks * type.blockSize();
        check(type, heads, row(heads * length, i -> (float) random.nextGaussian()));
      }
    }
  }

  /** Zeros, halves between two integers, and magnitudes from far below to far above one. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "Q8_0", "F32"})
  void extremesAreRoundedAsDefined(TensorType type) {
    Random random = new Random(32);
    int length = 64;
    check(type, 1, new float[length]);
    check(type, 1, row(length, i -> -0f));
    check(type, 1, row(length, i -> i == 0 ? 127 : random.nextInt(254) - 126.5f));
    check(type, 1, row(length, i -> i == 40 ? -127 : random.nextInt(254) - 126.5f));
    for (int exponent = -20; exponent <= 22; exponent++) {
      float magnitude = Math.scalb(1f, exponent);
      check(type, 1, row(length, i -> magnitude * (float) random.nextGaussian()));
      check(type, 1, row(length, i -> i == 7 ? -magnitude : 0));
      check(type, 1, row(length, i -> magnitude));
    }
  }

  /** A value from its index. */
  private interface Value {
    float at(int index);
  }

  private static float[] row(int length, Value value) {
    float[] row = new float[length];
    for (int i = 0; i < length; i++) {
      row[i] = value.at(i);
    }
    return row;
  }

  private void check(TensorType type, int heads, float[] values) {
    int length = values.length / heads;
    long rowBytes = type.bytes(length);
    long headStride = rowBytes + 6;
    int offset = 2;
    long at = 10;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(ValueLayout.JAVA_FLOAT, offset + values.length);
      MemorySegment.copy(
          values, 0, source, ValueLayout.JAVA_FLOAT, offset * Float.BYTES, values.length);
      MemorySegment found = arena.allocate(at + heads * headStride).fill(UNTOUCHED);
      MemorySegment expected = arena.allocate(found.byteSize()).fill(UNTOUCHED);
      for (int head = 0; head < heads; head++) {
        ((BlockEncoder) BlockFormat.of(type))
            .encode(values, head * length, length, expected, at + head * headStride);
      }

      kernel(type).write(source, offset * Float.BYTES, heads, length, found, at, headStride);

      assertThat(found.toArray(ValueLayout.JAVA_BYTE))
          .as("%s, %d heads, %s", type, heads, Arrays.toString(values))
          .isEqualTo(expected.toArray(ValueLayout.JAVA_BYTE));
    }
  }
}
