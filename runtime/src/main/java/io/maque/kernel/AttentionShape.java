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
    int groupSize, int keyLength, int valueLength, float scale, int blockTokens) {}
