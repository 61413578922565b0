package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.kernel.WorkerPool;
import io.maque.sampling.SampledToken;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenSet;
import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many sequences that begin alike, in a cache with room for few of them, cancelled at random
 * moments: whatever a request lives through, its tokens are those it gets alone.
 */
@Timeout(120)
class LoadTest {
  /** Room for one context and a half: sequences are preempted all the time. */
  private static final EngineOptions CROWDED =
      new EngineOptions(64, 6, 40, 16, 7, 4, 24, TensorType.F32);

  private final MockModel model = new MockModel();

  /** What is asked for; the same again gives the same tokens. */
  private record Ask(List<Integer> prompt, int seed, int maxTokens) {

    TokenRequest request(boolean reuseCache, int promptLogprobs) {
      return new TokenRequest(
          prompt.stream().mapToInt(id -> id).toArray(),
          List.of(),
          SamplingOptions.builder().seed(seed).repetitionPenalty(1.2).build(),
          maxTokens,
          Set.of(7),
          1,
          promptLogprobs,
          Optional.empty(),
          Optional.empty(),
          reuseCache);
    }

    static Ask random(Random random) {
      // One of three beginnings, cut anywhere, and an end of its own.
      int beginning = random.nextInt(3);
      int common = random.nextInt(40);
      int own = 1 + random.nextInt(8);
      List<Integer> prompt = new ArrayList<>();
      IntStream.range(0, common).map(i -> (i * i + beginning) % 40).forEach(prompt::add);
      random.ints(own, 0, 3).forEach(prompt::add);
      return new Ask(prompt, random.nextInt(3), 1 + random.nextInt(30));
    }
  }

  private record Asked(Ask ask, Recorder recorder, Submission submission) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void tokensAreThoseOfTheRequestAlone(long seed) throws Exception {
    Random random = new Random(seed);
    List<Ask> asks = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      // Identical requests too, which come together as n answers to one prompt do.
      asks.add(i % 3 == 2 ? asks.getLast() : Ask.random(random));
    }
    Map<Ask, List<SampledToken>> alone = alone(asks);
    Semaphore room = new Semaphore(CROWDED.maxSequences() + CROWDED.queueCapacity());
    List<Asked> asked = new ArrayList<>();
    Random cancelling = new Random(-seed);
    try (Engine engine = engine(CROWDED)) {
      model.betweenLayers = () -> cancelSome(asked, cancelling);
      for (Ask ask : asks) {
        room.acquire();
        Recorder recorder = new Recorder();
        recorder.end.whenComplete((completion, error) -> room.release());
        int promptLogprobs = random.nextInt(4) == 0 ? 1 : -1;
        synchronized (asked) {
          TokenRequest request = ask.request(random.nextInt(5) > 0, promptLogprobs);
          asked.add(new Asked(ask, recorder, engine.submit(request, recorder)));
        }
      }
      for (Asked one : asked) {
        Completion completion = one.recorder.await();
        List<SampledToken> expected = alone.get(one.ask);
        boolean cancelled = completion.finishReason() == FinishReason.CANCELLED;
        assertThat(one.recorder.tokens)
            .as("seed %d, %s", seed, one.ask)
            .isEqualTo(cancelled ? expected.subList(0, one.recorder.tokens.size()) : expected);
      }
      EngineStatistics statistics = engine.statistics();
      assertThat(statistics.kvBlocksUsed()).isZero();
      assertThat(statistics.running() + statistics.waiting()).isZero();
      assertThat(statistics.preemptions()).as("seed %d", seed).isPositive();
      assertThat(statistics.cachedTokens()).as("seed %d", seed).isPositive();
    }
  }

  private void cancelSome(List<Asked> asked, Random random) {
    synchronized (asked) {
      if (!asked.isEmpty() && random.nextInt(12) == 0) {
        asked.get(random.nextInt(asked.size())).submission.cancel();
      }
    }
  }

  private Map<Ask, List<SampledToken>> alone(List<Ask> asks) throws Exception {
    Map<Ask, List<SampledToken>> tokens = new HashMap<>();
    try (Engine engine = engine(new EngineOptions(64, 1, 1, 64, 64, 64, 1, TensorType.F32))) {
      for (Ask ask : asks) {
        Recorder recorder = new Recorder();
        engine.submit(ask.request(false, -1), recorder);
        recorder.await();
        tokens.put(ask, List.copyOf(recorder.tokens));
      }
    }
    return tokens;
  }

  @Test
  void nAnswersToOnePromptReadItOnce() throws Exception {
    CountDownLatch together = new CountDownLatch(1);
    int[] prompt = IntStream.range(0, 50).map(i -> i % 40).toArray();
    try (Engine engine = engine(new EngineOptions(64, 8, 8, 32, 32, 4, 100, TensorType.F32))) {
      model.beforeForward = batch -> await(together);
      List<Recorder> recorders = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        recorders.add(new Recorder());
        Ask ask = new Ask(IntStream.of(prompt).boxed().toList(), i, 1);
        engine.submit(ask.request(true, -1), recorders.getLast());
      }
      together.countDown();
      int cached = 0;
      for (Recorder recorder : recorders) {
        cached += recorder.await().cachedTokens();
      }

      assertThat(cached).isEqualTo(7 * 49);
      int computed = model.passes.stream().flatMap(List::stream).mapToInt(count -> count).sum();
      assertThat(computed).isEqualTo(50 + 7);
    }
  }

  @Test
  void aCancelledRequestLeavesThePassAndItsBlocksAtOnce() throws Exception {
    Ask ask = new Ask(List.of(1, 2, 3), 1, 30);
    List<SampledToken> alone = alone(List.of(ask)).get(ask);
    model.passes.clear();
    CountDownLatch begun = new CountDownLatch(1);
    Semaphore layers = new Semaphore(0);
    try (Engine engine = engine(new EngineOptions(64, 3, 3, 64, 64, 4, 48, TensorType.F32))) {
      CountDownLatch together = new CountDownLatch(1);
      model.beforeForward = batch -> await(together);
      model.betweenLayers =
          () -> {
            begun.countDown();
            acquire(layers);
          };
      Recorder cancelled = new Recorder();
      Recorder late = new Recorder();
      Recorder other = new Recorder();
      Submission submission =
          engine.submit(
              new Ask(IntStream.range(0, 60).map(i -> i % 40).boxed().toList(), 1, 4)
                  .request(true, -1),
              cancelled);
      engine.submit(ask.request(true, -1), other);
      together.countDown();
      begun.await();
      submission.cancel();
      // It arrives and is cancelled while the pass runs.
      engine.submit(ask.request(true, -1), late).cancel();
      layers.release();

      assertThat(cancelled.await().finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(late.await().finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(engine.statistics().running()).isLessThanOrEqualTo(1);
      assertThat(engine.statistics().kvBlocksUsed()).isLessThanOrEqualTo(2);
      assertThat(model.passes).hasSizeLessThanOrEqualTo(2);
      layers.release(1000);
      other.await();
      assertThat(other.tokens).isEqualTo(alone);
    }
  }

  @Test
  void closingDuringAPassEndsItBetweenTwoLayers() throws Exception {
    Recorder recorder = new Recorder();
    Engine engine = engine(CROWDED);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    model.betweenLayers =
        () -> {
          begun.countDown();
          await(closing);
        };
    engine.submit(new Ask(List.of(1, 2), 1, 9).request(true, -1), recorder);
    begun.await();
    Thread closer = Thread.ofPlatform().start(engine::close);
    while (closer.getState() == Thread.State.RUNNABLE || closer.getState() == Thread.State.NEW) {
      Thread.onSpinWait();
    }
    closing.countDown();
    closer.join();

    assertThatThrownBy(recorder::await).isInstanceOf(EngineClosedException.class);
    assertThat(recorder.tokens).isEmpty();
  }

  private Engine engine(EngineOptions options) {
    return new Engine(model, TokenSet.all(MockModel.VOCABULARY), new WorkerPool(2), options);
  }

  private static void acquire(Semaphore semaphore) {
    try {
      assertThat(semaphore.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
