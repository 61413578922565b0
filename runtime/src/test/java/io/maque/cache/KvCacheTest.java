package io.maque.cache;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
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

  @ParameterizedTest
  @EnumSource(names = {"F16", "F32"})
  void everyKeyAndValueHasItsOwnPlace(TensorType type) {
    try (KvCache cache = new KvCache(layout(type), 3)) {
      BlockTable table = new BlockTable();
      assertThat(cache.reserve(table, 12)).isTrue();
      int marks = LAYERS * HEADS * 12;
      for (int mark = 0; mark < marks; mark++) {
        write(cache, table, mark);
      }
      for (int mark = 0; mark < marks; mark++) {
        assertThat(read(cache, table, mark)).isEqualTo(expected(mark));
      }
    }
  }

  /** Position, layer and head of a mark, and values that f16 holds exactly. */
  private static void write(KvCache cache, BlockTable table, int mark) {
    float[] key = new float[1 + KEY_LENGTH];
    float[] value = new float[2 + VALUE_LENGTH];
    for (int i = 0; i < KEY_LENGTH; i++) {
      key[1 + i] = mark + i / 8f;
    }
    for (int i = 0; i < VALUE_LENGTH; i++) {
      value[2 + i] = -mark - i / 8f;
    }
    cache.write(
        table,
        mark / (LAYERS * HEADS),
        mark / HEADS % LAYERS,
        mark % HEADS,
        MemorySegment.ofArray(key),
        Float.BYTES,
        MemorySegment.ofArray(value),
        2 * Float.BYTES);
  }

  private static float[] expected(int mark) {
    float[] all = new float[KEY_LENGTH + VALUE_LENGTH];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < KEY_LENGTH ? mark + i / 8f : -mark - (i - KEY_LENGTH) / 8f;
    }
    return all;
  }

  /** Reads by the formula that {@link io.maque.kernel.Attention} states. */
  private static float[] read(KvCache cache, BlockTable table, int mark) {
    KvLayout layout = cache.layout();
    int position = mark / (LAYERS * HEADS);
    int layer = mark / HEADS % LAYERS;
    int head = mark % HEADS;
    long block = table.offset(position / BLOCK_TOKENS);
    int slot = position % BLOCK_TOKENS;
    int bytes = layout.type().blockBytes();
    long key = block + layout.keyOffset(layer, head) + (long) slot * KEY_LENGTH * bytes;
    long value = block + layout.valueOffset(layer, head) + (long) slot * VALUE_LENGTH * bytes;
    float[] all = new float[KEY_LENGTH + VALUE_LENGTH];
    for (int i = 0; i < all.length; i++) {
      long at = i < KEY_LENGTH ? key + (long) i * bytes : value + (long) (i - KEY_LENGTH) * bytes;
      all[i] =
          layout.type() == TensorType.F16
              ? Float.float16ToFloat(cache.pool().get(JAVA_SHORT_UNALIGNED, at))
              : cache.pool().get(JAVA_FLOAT_UNALIGNED, at);
    }
    return all;
  }

  @Test
  void sizesAreRefusedWhenAbsurd() {
    assertThatThrownBy(() -> new KvCache(layout(TensorType.F16), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> layout(TensorType.Q8_0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Q8_0");
    assertThatThrownBy(() -> new KvLayout(0, 1, 1, 1, 1, TensorType.F16))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
