package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.cache.KvCache;
import io.maque.cache.KvLayout;
import io.maque.engine.Plan.Chunk;
import io.maque.engine.Sequence.State;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenSet;
import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Decisions of the scheduler: three sequences at a time, ten tokens a pass, six of prompts beside
 * streams. Blocks hold 4 positions, the pool 8 blocks.
 */
class SchedulerTest {
  private final EngineOptions options = new EngineOptions(32, 3, 10, 10, 6, 4, 8, TensorType.F32);
  private final KvCache cache =
      new KvCache(new KvLayout(1, 1, 1, 1, 4, TensorType.F32), options.kvBlocks());
  private final Scheduler scheduler = new Scheduler(cache, options);
  private int added;

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void nothingToDoGivesAnEmptyPlan() {
    assertThat(scheduler.schedule().chunks()).isEmpty();
    assertThat(scheduler.idle()).isTrue();
  }

  @Test
  void aLongPromptGoesInChunks() {
    Sequence a = addNew(13);

    assertThat(step()).containsExactly(chunk(a, 10));
    assertThat(step()).containsExactly(chunk(a, 3));
    assertThat(a.state()).isEqualTo(State.DECODE);
  }

  @Test
  void theOldestPromptGetsHalfOrWhatTheOthersLeave() {
    Sequence a = addNew(14);
    Sequence b = addNew(4);
    Sequence c = addNew(3);

    assertThat(step()).containsExactly(chunk(a, 5), chunk(c, 3), chunk(b, 2));
    // Now c is a stream: six tokens are left for prompts.
    assertThat(step()).containsExactly(chunk(c, 1), chunk(a, 4), chunk(b, 2));
    assertThat(step()).containsExactly(chunk(b, 1), chunk(c, 1), chunk(a, 5));
  }

  @Test
  void runningStreamsComeBeforePromptsAndAreNotHeldUpByThem() {
    Sequence a = addNew(2);
    step();
    Sequence b = addNew(11);

    assertThat(step()).containsExactly(chunk(a, 1), chunk(b, 6));
    assertThat(step()).containsExactly(chunk(a, 1), chunk(b, 5));
    assertThat(step()).containsExactly(chunk(a, 1), chunk(b, 1));
  }

  @Test
  void noMoreThanTheLimitRun() {
    Sequence a = addNew(1);
    Sequence b = addNew(1);
    Sequence c = addNew(1);
    Sequence d = addNew(1);

    assertThat(step()).containsExactlyInAnyOrder(chunk(a, 1), chunk(b, 1), chunk(c, 1));
    scheduler.finish(b, false);
    assertThat(step()).containsExactly(chunk(a, 1), chunk(c, 1), chunk(d, 1));
  }

  @Test
  void aPromptWaitsUntilTheCacheCouldHoldItAndNobodyOvertakes() {
    Sequence a = addNew(20);
    step();
    step();
    Sequence b = addNew(16);
    Sequence c = addNew(1);

    assertThat(step()).containsExactly(chunk(a, 1));
    assertThat(b.state()).isEqualTo(State.WAITING);
    assertThat(c.state()).isEqualTo(State.WAITING);
    scheduler.finish(a, true);
    assertThat(step()).containsExactly(chunk(b, 9), chunk(c, 1));
  }

  @Test
  void whenBlocksRunOutTheYoungestGivesItsBlocksBack() {
    Sequence a = addNew(12);
    Sequence b = addNew(11);
    while (b.state() != State.DECODE) {
      step();
    }
    // Both grow until the pool of 32 positions is full.
    while (b.state() != State.WAITING) {
      step();
    }

    assertThat(a.state()).isEqualTo(State.DECODE);
    assertThat(b.computed()).isZero();
    assertThat(b.blockTable().count()).isZero();
    assertThat(scheduler.preemptions()).isEqualTo(1);
    int length = b.length();
    scheduler.finish(a, true);
    // What it had computed but for the block that a took is still there.
    List<Chunk> plan = step();
    assertThat(plan).hasSize(1);
    assertThat(plan.getFirst().count()).isLessThanOrEqualTo(5);
    assertThat(b.computed()).isEqualTo(length);
    assertThat(scheduler.promptTokens()).isEqualTo(23);
  }

  @Test
  void whatAFinishedSequenceLeftServesTheNextTurn() {
    Sequence first = add(tokens(9));
    step();
    scheduler.finish(first, false);
    int[] turn = IntStream.concat(IntStream.of(tokens(9)), IntStream.of(30, 31)).toArray();

    Sequence second = add(turn);

    assertThat(step()).containsExactly(chunk(second, 2));
    assertThat(second.computed()).isEqualTo(11);
    assertThat(scheduler.cachedTokens()).isEqualTo(9);
  }

  @Test
  void theLastTokenIsComputedEvenWhenAllAreCached() {
    Sequence first = add(tokens(8));
    step();
    scheduler.finish(first, false);

    Sequence second = add(tokens(8));

    assertThat(step()).containsExactly(chunk(second, 1));
  }

  @Test
  void identicalPromptsThatComeTogetherAreComputedOnce() {
    Sequence a = add(tokens(7));
    Sequence b = add(tokens(7));
    Sequence c = add(tokens(7));

    assertThat(step()).containsExactly(chunk(a, 7));
    assertThat(b.state()).isEqualTo(State.ADMITTED);
    assertThat(step()).containsExactly(chunk(a, 1), chunk(b, 1), chunk(c, 1));
    assertThat(b.blockTable().block(0)).isEqualTo(a.blockTable().block(0));
    assertThat(c.blockTable().block(1)).isNotEqualTo(a.blockTable().block(1));
    assertThat(cache.capacity() - cache.freeBlocks()).isEqualTo(4);
    assertThat(scheduler.cachedTokens()).isEqualTo(12);
  }

  @Test
  void aPromptThatFollowsGoesOnAloneWhenTheOtherIsCancelled() {
    Sequence a = add(tokens(25));
    Sequence b = add(tokens(25));

    assertThat(step()).containsExactly(chunk(a, 10));
    scheduler.finish(a, false);

    assertThat(step()).containsExactly(chunk(b, 10));
    assertThat(b.computed()).isEqualTo(20);
  }

  @Test
  void aPromptDoesNotWaitForAFewCommonTokens() {
    Sequence a = add(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    Sequence b = add(0, 1, 2, 30, 31, 32, 33, 34);

    assertThat(step()).containsExactly(chunk(a, 5), chunk(b, 5));
  }

  @Test
  void whatIsKeptGivesWayToWhatRuns() {
    Sequence first = addNew(20);
    step();
    step();
    scheduler.finish(first, false);
    assertThat(cache.freeBlocks()).isEqualTo(3);

    Sequence second = addNew(13);

    assertThat(step()).containsExactly(chunk(second, 10));
    assertThat(step()).containsExactly(chunk(second, 3));
    assertThat(cache.retainedBlocks()).isEqualTo(4);
  }

  @Test
  void everySequenceEndsAndEveryBlockComesBackWhateverTheLoad() {
    for (long seed = 1; seed <= 10; seed++) {
      Random random = new Random(seed);
      List<Sequence> alive = new ArrayList<>();
      for (int round = 0; round < 3000; round++) {
        if (round < 2500 && alive.size() < 8 && random.nextInt(3) == 0) {
          // Few different tokens: many begin alike.
          alive.add(add(random.ints(1 + random.nextInt(24), 0, 2).toArray()));
        }
        List<Chunk> plan = step();
        assertThat(plan.isEmpty()).as("seed %d, round %d", seed, round).isEqualTo(alive.isEmpty());
        assertThat(plan.stream().mapToInt(Chunk::count).sum()).isLessThanOrEqualTo(10);
        for (Sequence sequence : List.copyOf(alive)) {
          if (sequence.length() >= 32 || random.nextInt(30) == 0) {
            scheduler.finish(sequence, random.nextInt(4) == 0);
            alive.remove(sequence);
          }
        }
      }
      assertThat(alive).as("seed %d", seed).isEmpty();
      assertThat(cache.freeBlocks() + cache.retainedBlocks()).isEqualTo(8);
    }
  }

  @Test
  void theOldestMovesOnInEveryPass() {
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      addNew(1 + random.nextInt(30));
    }
    while (!scheduler.idle()) {
      Sequence oldest = scheduler.find(sequence -> true).getFirst();
      int before = oldest.computed();
      step();
      assertThat(oldest.computed()).isGreaterThan(before);
      if (oldest.length() >= 32) {
        scheduler.finish(oldest, false);
      }
      scheduler.find(s -> s.length() >= 32).forEach(s -> scheduler.finish(s, false));
    }
  }

  /** A prompt that shares nothing with others. */
  private Sequence addNew(int length) {
    int first = 100 * ++added;
    return add(IntStream.range(first, first + length).toArray());
  }

  private Sequence add(int... prompt) {
    TokenRequest request =
        new TokenRequest(
            prompt,
            List.of(),
            SamplingOptions.GREEDY,
            1000,
            Set.of(),
            -1,
            -1,
            Optional.empty(),
            Optional.empty(),
            true);
    Sequence sequence =
        new CompletionSequence(
            request, PromptImages.none(), new Recorder(), TokenSet.all(MockModel.VOCABULARY), 32);
    scheduler.add(sequence);
    return sequence;
  }

  private static int[] tokens(int length) {
    return IntStream.range(0, length).toArray();
  }

  /** Plans, and pretends that the model gave token 1 to every sequence it computed to the end. */
  private List<Chunk> step() {
    List<Chunk> chunks = scheduler.schedule().chunks();
    for (Chunk chunk : chunks) {
      scheduler.advance(chunk);
      if (chunk.sequence().computable() == 0) {
        chunk.sequence().append(1);
      }
    }
    return chunks;
  }

  private static Chunk chunk(Sequence sequence, int count) {
    return new Chunk(sequence, count);
  }
}
