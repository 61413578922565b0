package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * 6 bits per element; 256 elements in 16 groups of 16 with an 8-bit scale each.
 *
 * <pre>
 *     0  ql      u8[128]   half h (64 bytes each), byte l: low nibble element 128h + l,
 *                          high nibble element 128h + 64 + l
 *   128  qh      u8[64]    half h (32 bytes each), bits 2k, 2k+1 of byte l: upper bits of element
 *                          128h + 32k + l
 *   192  scales  i8[16]
 *   208  d       f16       scale of the scales
 *
 *   value = (d * scale) * (q - 32)
 * </pre>
 *
 * Encoding tries 19 scales for each group, among them the one that maps the value of largest
 * magnitude to q = 0, and keeps the one whose quants fit best by least squares, where the error of
 * a value counts with its square. Sums are in single precision and in order of index, as the
 * reference has them.
 */
public final class Q6_K implements BlockEncoder {
  private static final int GROUP = 16;
  private static final int GROUPS = 16;
  private static final int QH = 128;
  private static final int SCALES = 192;
  private static final int D = 208;
  private static final int HALF_RANGE = 32;
  private static final int LARGEST_SCALE = 128;

  /** Below it a group, or a block, counts as all zeros. */
  private static final float NOTHING = 1e-15f;

  /** Tenths of a quant by which the search for a scale goes either way. */
  private static final int STEPS = 9;

  @Override
  public TensorType type() {
    return TensorType.Q6_K;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    float d = Bytes.half(source, offset + D);
    for (int group = 0; group < GROUPS; group++) {
      float scale = d * Bytes.signed(source, offset + SCALES + group);
      long ql = offset + group / 8 * 64 + group % 4 * GROUP;
      long qh = offset + QH + group / 8 * 32 + group % 2 * GROUP;
      int lowShift = group % 8 / 4 * 4;
      int highShift = group % 8 / 2 * 2;
      for (int l = 0; l < GROUP; l++) {
        int low = Bytes.unsigned(source, ql + l) >> lowShift & 0xF;
        int high = Bytes.unsigned(source, qh + l) >> highShift & 3;
        target[at + group * GROUP + l] = scale * ((low | high << 4) - 32);
      }
    }
  }

  @Override
  public void encodeBlock(float[] source, int at, MemorySegment target, long offset) {
    byte[] quants = new byte[GROUPS * GROUP];
    float[] scales = new float[GROUPS];
    for (int group = 0; group < GROUPS; group++) {
      scales[group] = fit(source, at + group * GROUP, quants, group * GROUP);
    }
    float largest = Extremes.largest(scales, 0, GROUPS);
    if (Math.abs(largest) < NOTHING) {
      target.asSlice(offset, type().blockBytes()).fill((byte) 0);
      return;
    }
    float inverse = -LARGEST_SCALE / largest;
    Bytes.putHalf(target, offset + D, 1 / inverse);
    for (int group = 0; group < GROUPS; group++) {
      int scale = Math.min(LARGEST_SCALE - 1, Rounding.nearest(inverse * scales[group]));
      Bytes.put(target, offset + SCALES + group, scale);
    }
    roundWithStoredScales(source, at, quants, target, offset);
    pack(quants, target, offset);
  }

  /** The scale of one group; its quants, from 0 to 63, go to {@code quants[to]}. */
  private static float fit(float[] x, int at, byte[] quants, int to) {
    float largest = Extremes.largest(x, at, GROUP);
    if (Math.abs(largest) < NOTHING) {
      return 0;
    }
    Sums sums = new Sums();
    float inverse = -HALF_RANGE / largest;
    sums.of(x, at, inverse);
    round(x, at, inverse, quants, to);
    float scale = sums.qq == 0 ? 0 : sums.qx / sums.qq;
    float best = scale * sums.qx;
    for (int step = -STEPS; step <= STEPS; step++) {
      if (step == 0) {
        continue;
      }
      inverse = -(HALF_RANGE + 0.1f * step) / largest;
      sums.of(x, at, inverse);
      if (sums.qq > 0 && sums.qx * sums.qx > best * sums.qq) {
        round(x, at, inverse, quants, to);
        scale = sums.qx / sums.qq;
        best = scale * sums.qx;
      }
    }
    return scale;
  }

  private static void round(float[] x, int at, float inverse, byte[] quants, int to) {
    for (int i = 0; i < GROUP; i++) {
      quants[to + i] = (byte) (quant(inverse * x[at + i]) + HALF_RANGE);
    }
  }

  private static int quant(float scaled) {
    return Rounding.nearest(scaled, -HALF_RANGE, HALF_RANGE - 1);
  }

  /** The weighted sums of least squares over one group. */
  private static final class Sums {
    private float qx;
    private float qq;

    private void of(float[] x, int at, float inverse) {
      qx = 0;
      qq = 0;
      for (int i = at; i < at + GROUP; i++) {
        int q = quant(inverse * x[i]);
        float weight = x[i] * x[i];
        qx += weight * x[i] * q;
        qq += weight * q * q;
      }
    }
  }

  /** Scales were rounded when stored; the quants become the best for what they are now. */
  private static void roundWithStoredScales(
      float[] source, int at, byte[] quants, MemorySegment target, long offset) {
    float d = Bytes.half(target, offset + D);
    for (int group = 0; group < GROUPS; group++) {
      float scale = d * Bytes.signed(target, offset + SCALES + group);
      if (scale != 0) {
        for (int i = group * GROUP; i < (group + 1) * GROUP; i++) {
          quants[i] = (byte) (quant(source[at + i] / scale) + HALF_RANGE);
        }
      }
    }
  }

  private static void pack(byte[] quants, MemorySegment target, long offset) {
    for (int half = 0; half < 2; half++) {
      for (int l = 0; l < 32; l++) {
        int q0 = quants[128 * half + l];
        int q1 = quants[128 * half + 32 + l];
        int q2 = quants[128 * half + 64 + l];
        int q3 = quants[128 * half + 96 + l];
        Bytes.put(target, offset + 64 * half + l, (q0 & 0xF) | (q2 & 0xF) << 4);
        Bytes.put(target, offset + 64 * half + 32 + l, (q1 & 0xF) | (q3 & 0xF) << 4);
        int upper = q0 >> 4 | q1 >> 4 << 2 | q2 >> 4 << 4 | q3 >> 4 << 6;
        Bytes.put(target, offset + QH + 32 * half + l, upper);
      }
    }
  }
}
