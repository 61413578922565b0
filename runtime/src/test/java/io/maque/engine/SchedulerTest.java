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

/** Decisions of the scheduler; blocks hold 4 positions, the pool 8 blocks. */
class SchedulerTest {
  private final KvCache cache = new KvCache(new KvLayout(1, 1, 1, 1, 4, TensorType.F32), 8);
  private final Scheduler scheduler = new Scheduler(cache, 3, 10);

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
  void promptsGoInChunksOldestFirst() {
    Sequence a = add(13);
    Sequence b = add(5);

    assertThat(step()).containsExactly(chunk(a, 10));
    assertThat(step()).containsExactly(chunk(a, 3), chunk(b, 5));
    assertThat(a.state()).isEqualTo(State.DECODE);
    assertThat(b.state()).isEqualTo(State.DECODE);
  }

  @Test
  void runningStreamsComeBeforePrompts() {
    Sequence a = add(2);
    step();
    Sequence b = add(12);

    assertThat(step()).containsExactly(chunk(a, 1), chunk(b, 9));
    assertThat(step()).containsExactly(chunk(a, 1), chunk(b, 3));
    assertThat(step()).containsExactly(chunk(a, 1), chunk(b, 1));
  }

  @Test
  void noMoreThanTheLimitRun() {
    Sequence a = add(1);
    Sequence b = add(1);
    Sequence c = add(1);
    Sequence d = add(1);

    assertThat(step()).containsExactly(chunk(a, 1), chunk(b, 1), chunk(c, 1));
    scheduler.finish(b, true);
    assertThat(step()).containsExactly(chunk(a, 1), chunk(c, 1), chunk(d, 1));
  }

  @Test
  void aPromptWaitsUntilTheCacheCouldHoldIt() {
    Sequence a = add(20);
    step();
    step();
    Sequence b = add(16);

    assertThat(step()).containsExactly(chunk(a, 1));
    assertThat(b.state()).isEqualTo(State.WAITING);
    scheduler.finish(a, false);
    assertThat(step()).containsExactly(chunk(b, 10));
  }

  @Test
  void whenBlocksRunOutTheYoungestGivesItsBlocksBack() {
    Sequence a = add(12);
    Sequence b = add(16);
    step();
    step();
    step();
    assertThat(List.of(a.state(), b.state())).containsExactly(State.DECODE, State.DECODE);
    // Both grow until the pool of 32 positions is full: a needs its fifth block first.
    while (b.state() != State.WAITING) {
      step();
    }

    assertThat(a.state()).isEqualTo(State.DECODE);
    assertThat(b.computed()).isZero();
    assertThat(b.blockTable().count()).isZero();
    int length = b.length();
    scheduler.finish(a, false);
    assertThat(step()).containsExactly(chunk(b, 10));
    assertThat(b.length()).isEqualTo(length);
  }

  @Test
  void whatAFinishedSequenceLeftServesTheNextTurn() {
    Sequence first = add(tokens(9));
    step();
    scheduler.finish(first, true);
    int[] turn = IntStream.concat(IntStream.of(tokens(9)), IntStream.of(30, 31)).toArray();

    Sequence second = add(turn);

    assertThat(step()).containsExactly(chunk(second, 2));
    assertThat(second.computed()).isEqualTo(11);
  }

  @Test
  void theLastTokenIsComputedEvenWhenAllAreCached() {
    Sequence first = add(tokens(8));
    step();
    scheduler.finish(first, true);

    Sequence second = add(tokens(8));

    assertThat(step()).containsExactly(chunk(second, 1));
  }

  @Test
  void aShortCommonPrefixLeavesTheEntryToItsConversation() {
    Sequence first = add(tokens(9));
    step();
    scheduler.finish(first, true);
    int[] other = {0, 1, 2, 39, 39};

    Sequence second = add(other);

    assertThat(step()).containsExactly(chunk(second, 5));
  }

  @Test
  void whatIsKeptGivesWayToWhatRuns() {
    Sequence first = add(20);
    step();
    step();
    scheduler.finish(first, true);
    assertThat(cache.freeBlocks()).isEqualTo(3);

    Sequence second = add(new int[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});

    assertThat(step()).containsExactly(chunk(second, 10));
    assertThat(step()).containsExactly(chunk(second, 3));
  }

  @Test
  void everySequenceEndsAndEveryBlockComesBackWhateverTheLoad() {
    long seed = 20260102;
    Random random = new Random(seed);
    List<Sequence> alive = new ArrayList<>();
    for (int round = 0; round < 5000; round++) {
      if (round < 4000 && alive.size() < 8 && random.nextInt(4) == 0) {
        alive.add(add(tokens(1 + random.nextInt(24))));
      }
      List<Chunk> plan = step();
      assertThat(plan.isEmpty()).as("seed %d, round %d", seed, round).isEqualTo(alive.isEmpty());
      assertThat(plan.stream().mapToInt(Chunk::count).sum()).isLessThanOrEqualTo(10);
      for (Sequence sequence : List.copyOf(alive)) {
        if (sequence.length() >= 32 || random.nextInt(30) == 0) {
          scheduler.finish(sequence, random.nextBoolean());
          alive.remove(sequence);
        }
      }
    }
    assertThat(alive).as("seed %d", seed).isEmpty();
    add(IntStream.generate(() -> 38).limit(31).toArray());
    while (scheduler.find(sequence -> sequence.remaining() > 1).size() > 0) {
      step();
    }
    scheduler.find(sequence -> true).forEach(sequence -> scheduler.finish(sequence, false));
    assertThat(cache.freeBlocks()).isEqualTo(8);
  }

  private Sequence add(int length) {
    return add(tokens(length));
  }

  private Sequence add(int[] prompt) {
    TokenRequest request =
        new TokenRequest(
            prompt,
            SamplingOptions.GREEDY,
            1000,
            Set.of(),
            -1,
            -1,
            Optional.empty(),
            Optional.empty(),
            true);
    Sequence sequence =
        new CompletionSequence(request, new Recorder(), TokenSet.all(MockModel.VOCABULARY), 32);
    scheduler.add(sequence);
    return sequence;
  }

  private static int[] tokens(int length) {
    return IntStream.range(0, length).toArray();
  }

  private static Chunk chunk(Sequence sequence, int count) {
    return new Chunk(sequence, count);
  }

  /** Plans, and pretends that the model gave token 1 to every sequence it computed to the end. */
  private List<Chunk> step() {
    List<Chunk> chunks = scheduler.schedule().chunks();
    for (Chunk chunk : chunks) {
      chunk.sequence().advance(chunk.count());
      if (chunk.sequence().remaining() == 0) {
        chunk.sequence().append(1);
      }
    }
    return chunks;
  }
}
