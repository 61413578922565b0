package io.maque.kernel;

/**
 * The numbers of one attention layer that do not change from call to call.
 *
 * @param groupSize query heads that share one K/V head (grouped-query attention)
 * @param keyLength values per key and per query head
 * @param valueLength values per value head and per output head
 * @param scale factor on every query-key product, usually {@code 1/√keyLength}
 * @param blockTokens positions per block of the KV cache
 */
public record AttentionShape(
    int groupSize, int keyLength, int valueLength, float scale, int blockTokens) {

  // Written out: those that a record has by itself are linked when first used, which took 15 ms of
  // every start.

  @Override
  public boolean equals(Object other) {
    return other instanceof AttentionShape shape
        && groupSize == shape.groupSize
        && keyLength == shape.keyLength
        && valueLength == shape.valueLength
        && Float.floatToIntBits(scale) == Float.floatToIntBits(shape.scale)
        && blockTokens == shape.blockTokens;
  }

  @Override
  public int hashCode() {
    int lengths = 31 * (31 * groupSize + keyLength) + valueLength;
    return 31 * (31 * lengths + Float.floatToIntBits(scale)) + blockTokens;
  }
}
