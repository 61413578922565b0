package io.maque.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.fixture.RandomBlocks;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every format against the reference implementation, bit for bit. */
class BlockFormatTest {

  @ParameterizedTest
  @EnumSource
  void isFoundByItsType(TensorType type) {
    assertThat(BlockFormat.of(type).type()).isEqualTo(type);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"F32", "BF16"})
  void decodesLikeTheReference(TensorType type) {
    byte[] blocks = GoldenBlocks.blocks(type);
    float[] expected = GoldenBlocks.values(type);
    float[] decoded = new float[expected.length];
    BlockFormat.of(type).decode(MemorySegment.ofArray(blocks), 0, decoded, 0, decoded.length);
    assertThat(bits(decoded)).isEqualTo(bits(expected));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})
  void encodesLikeTheReference(TensorType type) {
    float[] values = GoldenBlocks.valuesToEncode(type);
    byte[] expected = GoldenBlocks.encoded(type);
    byte[] encoded = new byte[expected.length];
    encoder(type).encode(values, 0, values.length, MemorySegment.ofArray(encoded), 0);
    int size = type.blockBytes();
    for (int block = 0; block < expected.length; block += size) {
      assertThat(Arrays.copyOfRange(encoded, block, block + size))
          .as("block %d", block / size)
          .isEqualTo(Arrays.copyOfRange(expected, block, block + size));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q2_K", "Q3_K", "IQ4_NL"})
  void offersNoEncoderForFormatsItOnlyReads(TensorType type) {
    assertThat(BlockFormat.findEncoder(type)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void decodesAnywhereInTheSourceIntoAnywhereInTheTarget(TensorType type) {
    int count = 2 * type.blockSize();
    byte[] blocks = RandomBlocks.of(type, count, 5);
    float[] alone = new float[count];
    BlockFormat.of(type).decode(MemorySegment.ofArray(blocks), 0, alone, 0, count);

    byte[] shifted = new byte[blocks.length + 3];
    System.arraycopy(blocks, 0, shifted, 3, blocks.length);
    float[] target = new float[count + 2];
    BlockFormat.of(type).decode(MemorySegment.ofArray(shifted), 3, target, 1, count);
    assertThat(Arrays.copyOfRange(target, 1, 1 + count)).isEqualTo(alone);
    assertThat(target[0]).isZero();
    assertThat(target[count + 1]).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"})
  void roundTripStaysWithinHalfAStep(TensorType type) {
    long seed = 99;
    Random random = new Random(seed);
    float[] values = new float[32];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    byte[] block = new byte[type.blockBytes()];
    encoder(type).encode(values, 0, 32, MemorySegment.ofArray(block), 0);
    float[] decoded = new float[32];
    BlockFormat.of(type).decode(MemorySegment.ofArray(block), 0, decoded, 0, 32);
    // A symmetric format loses up to a whole step where the clamp cuts the far end; the scale's own
    // rounding to f16 adds 2^-11 of the value.
    float step = step(type, values);
    for (int i = 0; i < values.length; i++) {
      assertThat(Math.abs(decoded[i] - values[i]))
          .as("seed %d, element %d", seed, i)
          .isLessThanOrEqualTo((clamps(type) ? 1f : 0.5f) * step + 0.01f * step + 0.005f);
    }
  }

  @Test
  void refusesPartsOfBlocks() {
    MemorySegment block = MemorySegment.ofArray(new byte[18]);
    assertThatThrownBy(() -> new Q4_0().decode(block, 0, new float[32], 0, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole blocks of 32");
  }

  @Test
  void refusesToReadOrWriteBeyondTheEnd() {
    MemorySegment block = MemorySegment.ofArray(new byte[18]);
    assertThatThrownBy(() -> new Q4_0().decode(block, 1, new float[32], 0, 32))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new Q4_0().decode(block, 0, new float[31], 0, 32))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void bf16RoundsTiesToEvenAndKeepsNan() {
    float[] values = {
      Float.intBitsToFloat(0x3F808000), // tie, even below
      Float.intBitsToFloat(0x3F818000), // tie, even above
      Float.intBitsToFloat(0x3F808001), // just above a tie
      Float.intBitsToFloat(0x7F800001), // a signalling NaN whose upper half alone is infinity
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE, // rounds to infinity
    };
    float[] decoded = throughBytes(new BF16(), values);
    assertThat(bits(Arrays.copyOf(decoded, 3))).containsExactly(0x3F800000, 0x3F820000, 0x3F810000);
    assertThat(decoded[3]).isNaN();
    assertThat(decoded[4]).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(decoded[5]).isEqualTo(Float.POSITIVE_INFINITY);
  }

  @Test
  void f32AndF16KeepInfinitiesAndNan() {
    float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f};
    for (BlockEncoder format : new BlockEncoder[] {new F32(), new F16()}) {
      assertThat(throughBytes(format, values)).as("%s", format.type()).containsExactly(values);
    }
  }

  private static float[] throughBytes(BlockEncoder format, float[] values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) format.type().bytes(values.length)]);
    format.encode(values, 0, values.length, bytes, 0);
    float[] decoded = new float[values.length];
    format.decode(bytes, 0, decoded, 0, values.length);
    return decoded;
  }

  private static boolean clamps(TensorType type) {
    return type == TensorType.Q4_0 || type == TensorType.Q5_0;
  }

  private static float step(TensorType type, float[] values) {
    float largest = Math.abs(Extremes.largest(values, 0, 32));
    float range = Extremes.max(values, 0, 32) - Extremes.min(values, 0, 32);
    return switch (type) {
      case Q4_0 -> largest / 8;
      case Q5_0 -> largest / 16;
      case Q4_1 -> range / 15;
      case Q5_1 -> range / 31;
      case Q8_0 -> largest / 127;
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  private static BlockEncoder encoder(TensorType type) {
    return BlockFormat.findEncoder(type).orElseThrow();
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
