/**
 * The KV cache: a bounded pool of equal blocks outside the heap and the block tables of the
 * sequences that hold them.
 *
 * <p>Knows positions and bytes, not tokens, models or requests. Start at {@link
 * io.maque.cache.KvLayout}, which says where each key and value lies.
 */
package io.maque.cache;
