package io.maque.kernel.jit;

import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntUnaryOperator;

/**
 * The definition of what panel kernels compute, as obvious code: every instruction set gives these
 * bits. Of each 32 columns of a row, {@code Σ integer · q} is exact, and each scale takes part in
 * one multiplication and one fused addition.
 */
final class ScalarPanel {
  private static final int COLUMNS = Panel.BLOCK_COLUMNS;
  private static final int[] IQ4_NL = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private final TensorType type;
  private final MemorySegment weight;

  ScalarPanel(TensorType type, MemorySegment weight) {
    this.type = type;
    this.weight = weight;
  }

  /** Planes of the activations that weights of a format meet. */
  static int planes(TensorType type) {
    return switch (type) {
      case Q8_0, Q4_1, Q5_1 -> 2;
      default -> 1;
    };
  }

  /** Output of one row and one token. */
  float multiply(int row, FloatMatrix x, int token) {
    float sum = 0;
    for (int column = 0; column < x.columns(); column += COLUMNS) {
      long block =
          row * type.bytes(x.columns()) + type.bytes(column / type.blockSize() * type.blockSize());
      sum =
          add(
              sum,
              block,
              column % type.blockSize() / COLUMNS,
              ScalarActivations.of(x, token, column, planes(type)));
    }
    return sum;
  }

  /** Part {@code part} of the 32-column parts of the block at byte {@code block}. */
  private float add(float sum, long block, int part, ScalarActivations q) {
    int first = 0;
    int second = 0;
    for (int i = 0; i < COLUMNS; i++) {
      int product = integer(block, part, i) * q.q()[i];
      first += i < COLUMNS / 2 ? product : 0;
      second += i < COLUMNS / 2 ? 0 : product;
    }
    return switch (type) {
      case Q4_0, Q5_0, Q8_0, IQ4_NL -> fma(half(block) * q.d(), first + second, sum);
      case Q4_1, Q5_1 ->
          fma(half(block + 2), q.sum(), fma(half(block) * q.d(), first + second, sum));
      case Q4_K, Q5_K -> {
        float scale = half(block) * scale(block, part, 4, 0);
        float minimum = -half(block + 2) * scale(block, part, 8, 4);
        yield fma(minimum, q.sum(), fma(scale * q.d(), first + second, sum));
      }
      case Q2_K -> {
        int low = byteOf(block + 2 * part);
        int high = byteOf(block + 2 * part + 1);
        float d = half(block + 80);
        float dmin = half(block + 82);
        float scaled = fma(d * (low & 15) * q.d(), first, sum);
        scaled = fma(d * (high & 15) * q.d(), second, scaled);
        scaled = fma(dmin * (low >> 4) * q.d(), q.n16(), scaled);
        yield fma(dmin * (high >> 4) * q.d(), q.n32() - q.n16(), scaled);
      }
      case Q3_K -> {
        float d = half(block + 108);
        float low = d * (scale(block + 96, 2 * part) - 32);
        float high = d * (scale(block + 96, 2 * part + 1) - 32);
        yield fma(high * q.d(), second, fma(low * q.d(), first, sum));
      }
      case Q6_K -> {
        float d = half(block + 208);
        float low = d * signed(block + 192 + 2 * part);
        float high = d * signed(block + 192 + 2 * part + 1);
        yield fma(high * q.d(), second, fma(low * q.d(), first, sum));
      }
      default -> throw new AssertionError(type);
    };
  }

  private static float fma(float a, float b, float c) {
    return Math.fma(a, b, c);
  }

  /** The integer that stands for column {@code i}: signed where there is no minimum. */
  private int integer(long block, int part, int i) {
    return switch (type) {
      case Q4_0 -> nibble(block + 2, i) - 8;
      case Q4_1 -> nibble(block + 4, i);
      case Q5_0 -> (nibble(block + 6, i) | bit(block + 2, i) << 4) - 16;
      case Q5_1 -> nibble(block + 8, i) | bit(block + 4, i) << 4;
      case Q8_0 -> signed(block + 2 + i);
      case IQ4_NL -> IQ4_NL[nibble(block + 2, i)];
      case Q2_K -> byteOf(block + 16 + part / 4 * 32 + i) >> part % 4 * 2 & 3;
      case Q3_K -> {
        int low = byteOf(block + 32 + part / 4 * 32 + i) >> part % 4 * 2 & 3;
        yield (low | (byteOf(block + i) >> part & 1) << 2) - 4;
      }
      case Q4_K -> byteOf(block + 16 + part / 2 * 32 + i) >> part % 2 * 4 & 15;
      case Q5_K ->
          byteOf(block + 48 + part / 2 * 32 + i) >> part % 2 * 4 & 15
              | (byteOf(block + 16 + i) >> part & 1) << 4;
      case Q6_K -> {
        int low = byteOf(block + part / 4 * 64 + part % 2 * 32 + i) >> part % 4 / 2 * 4 & 15;
        int high = byteOf(block + 128 + part / 4 * 32 + i) >> part % 4 * 2 & 3;
        yield (low | high << 4) - 32;
      }
      default -> throw new AssertionError(type);
    };
  }

  /** One of eight 6-bit numbers: four in {@code from}, four split between 8 bytes on and there. */
  private int scale(long block, int part, int from, int nibbleShift) {
    IntUnaryOperator at = offset -> byteOf(block + offset);
    return part < 4
        ? at.applyAsInt(from + part) & 63
        : at.applyAsInt(12 + part - 4) >> nibbleShift & 15
            | at.applyAsInt(from + part - 4) >> 6 << 4;
  }

  /** One of sixteen 6-bit numbers of Q3_K: a nibble, and two bits in the last four bytes. */
  private int scale(long scales, int group) {
    int low = byteOf(scales + group % 8) >> group / 8 * 4 & 15;
    return low | (byteOf(scales + 8 + group % 4) >> group / 4 * 2 & 3) << 4;
  }

  private int nibble(long bytes, int i) {
    return byteOf(bytes + i % 16) >> i / 16 * 4 & 15;
  }

  private int bit(long bytes, int i) {
    return byteOf(bytes + i / 8) >> i % 8 & 1;
  }

  private int byteOf(long offset) {
    return Byte.toUnsignedInt(weight.get(ValueLayout.JAVA_BYTE, offset));
  }

  private int signed(long offset) {
    return weight.get(ValueLayout.JAVA_BYTE, offset);
  }

  private float half(long offset) {
    return Float.float16ToFloat(weight.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset));
  }
}
