package io.maque.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.tensor.TensorType;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Sequences that begin alike hold blocks together. Blocks have 4 positions, the pool 10 blocks; the
 * key of a position is a hash of all tokens up to it, so one wrong block shows.
 */
class PrefixSharingTest {
  private static final int BLOCK_TOKENS = 4;
  private static final int BLOCKS = 10;

  private final KvCache cache =
      new KvCache(new KvLayout(1, 1, 1, 1, BLOCK_TOKENS, TensorType.F32), BLOCKS);

  @AfterEach
  void close() {
    cache.close();
  }

  /** A text with its table, as the engine has it. */
  private final class Text {
    final BlockTable table = new BlockTable();
    final int[] tokens;
    int computed;

    Text(int... tokens) {
      this.tokens = tokens;
    }

    Text share() {
      computed = cache.share(table, tokens, tokens.length - 1);
      return this;
    }

    boolean compute(int end) {
      if (!cache.reserve(table, end)) {
        return false;
      }
      for (; computed < end; computed++) {
        cache.pool().set(ValueLayout.JAVA_INT, offset(computed), hash(tokens, computed));
      }
      return true;
    }

    Text publish() {
      cache.publish(table, tokens, computed);
      return this;
    }

    void check() {
      for (int i = 0; i < computed; i++) {
        assertThat(cache.pool().get(ValueLayout.JAVA_INT, offset(i)))
            .as("position %d of %s", i, Arrays.toString(tokens))
            .isEqualTo(hash(tokens, i));
      }
    }

    private long offset(int position) {
      return table.offset(position / BLOCK_TOKENS)
          + cache.layout().keyOffset(0, 0)
          + (long) (position % BLOCK_TOKENS) * Integer.BYTES;
    }
  }

  private static int hash(int[] tokens, int position) {
    return Arrays.hashCode(Arrays.copyOf(tokens, position + 1));
  }

  @Test
  void fullBlocksAreHeldTogetherAndTheRestIsCopied() {
    Text first = complete(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    Text second = new Text(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99, 98).share();

    assertThat(second.computed).isEqualTo(10);
    assertThat(second.table.block(0)).isEqualTo(first.table.block(0));
    assertThat(second.table.block(1)).isEqualTo(first.table.block(1));
    assertThat(second.table.block(2)).isNotEqualTo(first.table.block(2));
    assertThat(cache.heldBlocks(second.tokens, 11)).isEqualTo(2);
    assertThat(second.compute(12)).isTrue();
    first.check();
    second.check();
    assertThat(cache.freeBlocks()).isEqualTo(BLOCKS - 4);
  }

  @Test
  void aTextThatGoesItsOwnWayWithinAFullBlockSharesUpToThere() {
    complete(1, 2, 3, 4, 5, 6, 7, 8, 9);

    Text second = new Text(1, 2, 3, 4, 5, 6, 60, 61).share();

    assertThat(second.computed).isEqualTo(6);
    second.check();
    assertThat(cache.cached(new int[] {2, 2, 3}, 2)).isZero();
  }

  @Test
  void whatNobodyHoldsServesUntilItsRoomIsNeeded() {
    Text first = complete(1, 2, 3, 4, 5, 6, 7, 8, 9);
    cache.release(first.table);
    assertThat(cache.retainedBlocks()).isEqualTo(3);
    Text other = complete(20, 21, 22, 23, 24);
    cache.release(other.table);
    assertThat(cache.cached(first.tokens, 9)).isEqualTo(9);

    // Seven more blocks: five are free, so the two used longest ago go, ends before beginnings.
    Text big = new Text(IntStream.range(100, 128).toArray());
    assertThat(big.compute(28)).isTrue();

    assertThat(cache.cached(first.tokens, 9)).isEqualTo(4);
    assertThat(cache.cached(other.tokens, 5)).isEqualTo(5);
    assertThat(cache.reserve(new BlockTable(), 13)).as("four blocks of three").isFalse();
    assertThat(cache.reserve(big.table, 40)).isTrue();
    assertThat(cache.cached(first.tokens, 9)).isZero();
    assertThat(cache.retainedBlocks()).isZero();
  }

  @Test
  void theLastBlockOfAllCanBeTakenOverInPlace() {
    Text first = complete(1, 2, 3);
    cache.release(first.table);
    Text big = new Text(IntStream.range(100, 136).toArray());
    assertThat(big.compute(36)).isTrue();

    Text second = new Text(1, 2, 9, 9).share();

    assertThat(second.computed).isEqualTo(2);
    second.check();
    assertThat(cache.cached(first.tokens, 3)).isZero();
    Text third = new Text(1, 2, 3, 4).share();
    assertThat(third.computed).isZero();
  }

  @Test
  void theSameTokensComputedTwiceAreKeptOnce() {
    Text first = new Text(1, 2, 3, 4, 5, 6, 7, 8, 9).share();
    Text second = new Text(1, 2, 3, 4, 5, 6, 7, 8, 10).share();
    assertThat(first.compute(9) && second.compute(9)).isTrue();
    assertThat(cache.freeBlocks()).isEqualTo(4);

    first.publish();
    second.publish();

    assertThat(cache.freeBlocks()).isEqualTo(6);
    assertThat(second.table.block(1)).isEqualTo(first.table.block(1));
    second.check();
  }

  @Test
  void aBlockThatFillsUpIsFoundWithAllItsTokens() {
    Text first = new Text(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    for (int end = 1; end <= 10; end++) {
      assertThat(first.compute(end)).isTrue();
      first.publish();
      assertThat(cache.cached(first.tokens, 10)).isEqualTo(end);
    }
    cache.release(first.table);
    assertThat(cache.retainedBlocks()).isEqualTo(3);
  }

  @Test
  void whateverHappensEverySequenceFindsItsOwnKeys() {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      List<Text> alive = new ArrayList<>();
      for (int round = 0; round < 2000; round++) {
        step(alive, random);
        alive.forEach(Text::check);
        Set<Integer> held = new HashSet<>();
        for (Text text : alive) {
          for (int i = 0; i < text.table.count(); i++) {
            held.add(text.table.block(i));
          }
        }
        assertThat(held.size() + cache.freeBlocks() + cache.retainedBlocks())
            .as("seed %d, round %d", seed, round)
            .isEqualTo(BLOCKS);
      }
      alive.forEach(text -> cache.release(text.table));
      assertThat(cache.freeBlocks() + cache.retainedBlocks()).isEqualTo(BLOCKS);
    }
  }

  private void step(List<Text> alive, Random random) {
    int action = random.nextInt(5);
    if (alive.isEmpty() || (action == 0 && alive.size() < 4)) {
      // Few different tokens, so that texts often begin alike.
      Text text = new Text(random.ints(1 + random.nextInt(18), 0, 2).toArray());
      if (random.nextInt(5) > 0) {
        int cached = cache.cached(text.tokens, text.tokens.length - 1);
        text.share();
        assertThat(text.computed).isLessThanOrEqualTo(cached).isGreaterThan(cached - BLOCK_TOKENS);
      }
      alive.add(text);
      return;
    }
    Text text = alive.get(random.nextInt(alive.size()));
    int left = text.tokens.length - text.computed;
    switch (action) {
      case 1, 2 -> text.compute(text.computed + (left == 0 ? 0 : 1 + random.nextInt(left)));
      case 3 -> text.publish();
      default -> {
        if (random.nextInt(3) > 0) {
          text.publish();
        }
        cache.release(text.table);
        alive.remove(text);
      }
    }
  }

  private Text complete(int... tokens) {
    Text text = new Text(tokens).share();
    assertThat(text.compute(tokens.length)).isTrue();
    return text.publish();
  }
}
