package io.maque.cache;

import io.maque.tensor.TensorType;

/**
 * How one block of the KV cache is laid out: for each layer and each K/V head first the keys, then
 * the values of {@code blockTokens} consecutive positions.
 *
 * <p>Order within a block: {@code [layer][K/V head][keys | values][position][element]}, so
 * attention over one head streams through contiguous memory.
 *
 * @param blockCount transformer layers (GGUF {@code block_count})
 * @param headCountKv K/V heads per layer
 * @param keyLength values per key
 * @param valueLength values per value
 * @param blockTokens positions per block
 * @param type element format, {@code F16} or {@code F32}
 */
public record KvLayout(
    int blockCount,
    int headCountKv,
    int keyLength,
    int valueLength,
    int blockTokens,
    TensorType type) {

  public KvLayout {
    if (type != TensorType.F16 && type != TensorType.F32) {
      throw new IllegalArgumentException("KV cache type: expected F16 or F32, found " + type);
    }
    if (blockCount < 1 || headCountKv < 1 || keyLength < 1 || valueLength < 1 || blockTokens < 1) {
      throw new IllegalArgumentException(
          "expected positive counts, found layers %d, K/V heads %d, lengths %d and %d, block %d"
              .formatted(blockCount, headCountKv, keyLength, valueLength, blockTokens));
    }
  }

  /** Bytes of the keys and values of one head in one block. */
  private long headBytes() {
    return (long) blockTokens * (keyLength + valueLength) * type.blockBytes();
  }

  /** Bytes of one block over all layers. */
  public long blockBytes() {
    return Math.multiplyExact(headBytes(), (long) blockCount * headCountKv);
  }

  /** Byte offset within a block of the keys of a layer and K/V head. */
  public long keyOffset(int layer, int headKv) {
    return headBytes() * ((long) layer * headCountKv + headKv);
  }

  /** Byte offset within a block of the values of a layer and K/V head. */
  public long valueOffset(int layer, int headKv) {
    return keyOffset(layer, headKv) + (long) blockTokens * keyLength * type.blockBytes();
  }

  /** Bytes one position takes over all layers. */
  public long tokenBytes() {
    return blockBytes() / blockTokens;
  }
}
