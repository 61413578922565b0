package io.maque.cache;

import io.maque.tensor.TensorType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

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
 * @param type element format: {@code F16}, {@code Q8_0} or {@code F32}
 */
public record KvLayout(
    int blockCount,
    int headCountKv,
    int keyLength,
    int valueLength,
    int blockTokens,
    TensorType type) {

  /** Types a KV cache may have. */
  public static final Set<TensorType> TYPES =
      Collections.unmodifiableSet(EnumSet.of(TensorType.F16, TensorType.Q8_0, TensorType.F32));

  public KvLayout {
    if (!TYPES.contains(type)) {
      throw new IllegalArgumentException(
          "kvCacheType: expected one of %s, found %s".formatted(TYPES, type));
    }
    if (blockCount < 1 || headCountKv < 1 || keyLength < 1 || valueLength < 1 || blockTokens < 1) {
      throw new IllegalArgumentException(
          "expected positive counts, found layers %d, K/V heads %d, lengths %d and %d, block %d"
              .formatted(blockCount, headCountKv, keyLength, valueLength, blockTokens));
    }
    if (keyLength % type.blockSize() != 0 || valueLength % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          "kvCacheType: expected F16 for a model whose keys have %d values and values %d; %s takes multiples of %d"
              .formatted(keyLength, valueLength, type, type.blockSize()));
    }
  }

  /**
   * Every forward pass asks. By hand, since the comparison that a record comes with is generated
   * when first asked for, in some milliseconds of a cold start.
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof KvLayout layout
        && blockCount == layout.blockCount
        && headCountKv == layout.headCountKv
        && keyLength == layout.keyLength
        && valueLength == layout.valueLength
        && blockTokens == layout.blockTokens
        && type == layout.type;
  }

  @Override
  public int hashCode() {
    return Objects.hash(blockCount, headCountKv, keyLength, valueLength, blockTokens, type);
  }

  /** Bytes of one key. */
  public long keyBytes() {
    return type.bytes(keyLength);
  }

  /** Bytes of one value. */
  public long valueBytes() {
    return type.bytes(valueLength);
  }

  /** Bytes of the keys and values of one head in one block: from head to head of a layer. */
  public long headBytes() {
    return blockTokens * (keyBytes() + valueBytes());
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
    return keyOffset(layer, headKv) + blockTokens * keyBytes();
  }

  /** Bytes one position takes over all layers. */
  public long tokenBytes() {
    return blockBytes() / blockTokens;
  }
}
