package io.maque.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.tensor.TensorType;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KvCacheTest {
  private static final int LAYERS = 2;
  private static final int HEADS = 3;
  private static final int KEY_LENGTH = 4;
  private static final int VALUE_LENGTH = 6;
  private static final int BLOCK_TOKENS = 5;

  private static KvLayout layout(TensorType type) {
    return new KvLayout(LAYERS, HEADS, KEY_LENGTH, VALUE_LENGTH, BLOCK_TOKENS, type);
  }

  @Test
  void blocksAreTakenAndGivenBack() {
    try (KvCache cache = new KvCache(layout(TensorType.F16), 4)) {
      BlockTable first = new BlockTable();
      BlockTable second = new BlockTable();
      assertThat(cache.reserve(first, 11)).isTrue();
      assertThat(first.count()).isEqualTo(3);
      assertThat(cache.freeBlocks()).isEqualTo(1);

      assertThat(cache.reserve(second, 6)).as("two blocks of one").isFalse();
      assertThat(second.count()).as("nothing taken").isZero();
      assertThat(cache.reserve(second, 5)).isTrue();
      assertThat(cache.reserve(first, 15)).as("covered already").isTrue();
      assertThat(cache.freeBlocks()).isZero();

      cache.release(second);
      assertThat(second.count()).isZero();
      assertThat(cache.freeBlocks()).isEqualTo(1);

      assertThat(cache.reserve(first, 20)).isTrue();
      Set<Integer> blocks = new HashSet<>();
      for (int i = 0; i < first.count(); i++) {
        blocks.add(first.block(i));
        assertThat(first.offset(i)).isEqualTo(first.block(i) * cache.layout().blockBytes());
      }
      assertThat(blocks).containsExactlyInAnyOrder(0, 1, 2, 3);
    }
  }

  @Test
  void tablesGrowBeyondTheirFirstCapacity() {
    try (KvCache cache = new KvCache(layout(TensorType.F16), 40)) {
      BlockTable table = new BlockTable();
      assertThat(cache.reserve(table, 40 * BLOCK_TOKENS)).isTrue();
      assertThat(table.count()).isEqualTo(40);
      assertThat(table.offsets()[39]).isEqualTo(table.offset(39));
    }
  }

  /** Every row of every layer, head and position by the formula of Attention.CachedHead. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "Q8_0", "F32"})
  void everyKeyAndValueHasItsOwnPlace(TensorType type) {
    KvLayout layout = new KvLayout(LAYERS, HEADS, 32, 64, BLOCK_TOKENS, type);
    try (KvCache cache = new KvCache(layout, 3)) {
      BlockTable table = new BlockTable();
      assertThat(cache.reserve(table, 3 * BLOCK_TOKENS)).isTrue();
      BitSet taken = new BitSet();
      for (int position = 0; position < 3 * BLOCK_TOKENS; position++) {
        long block = table.offset(position / BLOCK_TOKENS);
        int slot = position % BLOCK_TOKENS;
        for (int layer = 0; layer < LAYERS; layer++) {
          for (int head = 0; head < HEADS; head++) {
            assertThat(layout.keyOffset(layer, head))
                .isEqualTo(layout.keyOffset(layer, 0) + head * layout.headBytes());
            long key = block + layout.keyOffset(layer, head) + slot * layout.keyBytes();
            long value = block + layout.valueOffset(layer, head) + slot * layout.valueBytes();
            take(taken, key, type.bytes(32));
            take(taken, value, type.bytes(64));
          }
        }
      }
      assertThat(taken.cardinality()).isEqualTo(cache.pool().byteSize());
    }
  }

  private static void take(BitSet taken, long from, long bytes) {
    int begin = Math.toIntExact(from);
    int end = Math.toIntExact(from + bytes);
    assertThat(taken.get(begin, end).isEmpty()).isTrue();
    taken.set(begin, end);
  }

  @Test
  void eightAndAHalfBitsANumber() {
    KvLayout half = new KvLayout(24, 2, 64, 64, 32, TensorType.F16);
    KvLayout bytes = new KvLayout(24, 2, 64, 64, 32, TensorType.Q8_0);

    assertThat(half.tokenBytes()).isEqualTo(12_288);
    assertThat(bytes.tokenBytes()).isEqualTo(6_528);
  }

  @Test
  void sizesAreRefusedWhenAbsurd() {
    assertThatThrownBy(() -> new KvCache(layout(TensorType.F16), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> layout(TensorType.Q4_0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[F32, F16, Q8_0], found Q4_0");
    assertThatThrownBy(() -> new KvLayout(1, 1, 80, 64, 1, TensorType.Q8_0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys have 80 values")
        .hasMessageContaining("Q8_0 takes multiples of 32");
    assertThatThrownBy(() -> new KvLayout(0, 1, 1, 1, 1, TensorType.F16))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
