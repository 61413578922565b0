package io.maque.quant;

import java.lang.foreign.MemorySegment;

/**
 * What encoding Q4_K and Q5_K has in common: eight groups of 32 values with scale and minimum each,
 * and the 16 bytes with which both formats begin.
 *
 * <pre>
 *   0  d       f16      scale of the scales
 *   2  dmin    f16      scale of the minimums
 *   4  scales  u8[12]   see {@link KScales}
 * </pre>
 */
final class AffineGroups {
  private static final int GROUP = 32;
  private static final int GROUPS = 8;
  private static final int DMIN = 2;
  private static final int SCALES = 4;

  private AffineGroups() {}

  /**
   * Writes scales and minimums.
   *
   * @return the 256 quants, from 0 to {@code search.largest()}
   */
  static byte[] encode(
      AffineSearch search, float[] source, int at, MemorySegment target, long offset) {
    byte[] quants = new byte[GROUPS * GROUP];
    float[] scales = new float[GROUPS];
    float[] minimums = new float[GROUPS];
    float[] weights = new float[GROUP];
    for (int group = 0; group < GROUPS; group++) {
      int begin = group * GROUP;
      weigh(source, at + begin, weights);
      AffineSearch.Fit fit = search.fit(source, at + begin, weights, quants, begin);
      scales[group] = fit.scale();
      minimums[group] = fit.minimum();
    }
    writeScales(scales, minimums, target, offset);
    roundWithStoredScales(search, source, at, quants, target, offset);
    return quants;
  }

  /** Large values count more: the weight of each is its magnitude plus their quadratic mean. */
  private static void weigh(float[] source, int at, float[] weights) {
    float squares = 0;
    for (int i = at; i < at + GROUP; i++) {
      squares += source[i] * source[i];
    }
    float mean = (float) Math.sqrt(squares / GROUP);
    for (int i = 0; i < GROUP; i++) {
      weights[i] = mean + Math.abs(source[at + i]);
    }
  }

  private static void writeScales(
      float[] scales, float[] minimums, MemorySegment target, long offset) {
    float maxScale = Math.max(0, Extremes.max(scales, 0, GROUPS));
    float maxMinimum = Math.max(0, Extremes.max(minimums, 0, GROUPS));
    float inverseScale = maxScale > 0 ? KScales.LARGEST / maxScale : 0;
    float inverseMinimum = maxMinimum > 0 ? KScales.LARGEST / maxMinimum : 0;
    for (int group = 0; group < GROUPS; group++) {
      int scale = sixBits(inverseScale * scales[group]);
      int minimum = sixBits(inverseMinimum * minimums[group]);
      KScales.put(target, offset + SCALES, group, scale, minimum);
    }
    Bytes.putHalf(target, offset, maxScale / KScales.LARGEST);
    Bytes.putHalf(target, offset + DMIN, maxMinimum / KScales.LARGEST);
  }

  private static int sixBits(float scaled) {
    return Math.min(KScales.LARGEST, Rounding.nearest(scaled) & 0xFF);
  }

  /** Scales were rounded when stored; the quants become the best for what they are now. */
  private static void roundWithStoredScales(
      AffineSearch search,
      float[] source,
      int at,
      byte[] quants,
      MemorySegment target,
      long offset) {
    float d = Bytes.half(target, offset);
    float dmin = Bytes.half(target, offset + DMIN);
    for (int group = 0; group < GROUPS; group++) {
      float scale = d * KScales.scale(target, offset + SCALES, group);
      float minimum = dmin * KScales.minimum(target, offset + SCALES, group);
      if (scale != 0) {
        for (int i = group * GROUP; i < (group + 1) * GROUP; i++) {
          float scaled = (source[at + i] + minimum) / scale;
          quants[i] = (byte) Rounding.nearest(scaled, 0, search.largest());
        }
      }
    }
  }
}
