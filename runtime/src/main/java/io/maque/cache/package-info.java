/**
 * The KV cache: a bounded pool of equal blocks outside the heap, the block tables of the sequences
 * that hold them, and the index that finds blocks by the tokens whose keys and values they hold.
 *
 * <p>Knows ids, positions and bytes, not models or requests. Start at {@link
 * io.maque.cache.KvLayout}, which says where each key and value lies, then {@link
 * io.maque.cache.KvCache}.
 */
package io.maque.cache;
