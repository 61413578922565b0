package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.kernel.WorkerPool;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenSet;
import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineTest {
  private static final SamplingOptions SEEDED = SamplingOptions.builder().seed(11).build();

  private final MockModel model = new MockModel();
  private Engine engine = engine(new EngineOptions(64, 3, 2, 16, 16, 4, 48, TensorType.F32));

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void givesTokensUntilTheMost() throws Exception {
    Recorder recorder = submit(prompt(5), 7, SEEDED);

    Completion completion = recorder.await();

    assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(recorder.tokens).hasSize(7);
    assertThat(completion.promptTokens()).isEqualTo(5);
    assertThat(completion.completionTokens()).isEqualTo(7);
    assertThat(completion.ttftMillis()).isGreaterThanOrEqualTo(completion.prefillMillis());
  }

  @Test
  void stopsAtAnEndTokenAndDoesNotReportIt() throws Exception {
    List<Integer> all = ids(prompt(5), 10, SEEDED);
    int end = all.get(4);
    Recorder recorder = new Recorder();

    engine.submit(
        new TokenRequest(
            prompt(5),
            List.of(),
            SEEDED,
            10,
            Set.of(end),
            -1,
            -1,
            Optional.empty(),
            Optional.empty(),
            true),
        recorder);

    assertThat(recorder.await().finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(recorder.ids()).isEqualTo(all.subList(0, all.indexOf(end)));
  }

  @Test
  void stopsWhenTheListenerHasEnough() throws Exception {
    Recorder recorder = new Recorder(token -> false);
    engine.submit(request(prompt(5), 10, SEEDED), recorder);

    assertThat(recorder.await().finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(recorder.tokens).hasSize(1);
  }

  @Test
  void stopsWhereTheContextIsFull() throws Exception {
    Recorder recorder = submit(prompt(60), 1000, SEEDED);

    assertThat(recorder.await().finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(recorder.tokens).hasSize(4);
  }

  @Test
  void chunkedPrefillGivesTheSameAsOnePass() throws Exception {
    List<Integer> chunked = ids(prompt(50), 8, SEEDED);
    assertThat(model.passes.subList(0, 4))
        .containsExactly(List.of(16), List.of(16), List.of(16), List.of(2));
    engine.close();
    engine = engine(new EngineOptions(64, 3, 2, 64, 64, 32, 6, TensorType.F32));

    assertThat(ids(prompt(50), 8, SEEDED)).isEqualTo(chunked);
  }

  @Test
  void aSequenceDoesNotDependOnItsNeighbours() throws Exception {
    List<List<Integer>> alone = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      alone.add(ids(prompt(7 * i + 3), 20, seed(i)));
    }
    List<Recorder> together = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      together.add(submit(prompt(7 * i + 3), 20, seed(i)));
    }

    for (int i = 0; i < 5; i++) {
      together.get(i).await();
      assertThat(together.get(i).ids()).as("sequence %d", i).isEqualTo(alone.get(i));
    }
  }

  @Test
  void preemptedSequencesGoOnAsIfNothingHappened() throws Exception {
    List<List<Integer>> alone = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      alone.add(ids(prompt(10 + i), 45, seed(i)));
    }
    engine.close();
    // Three sequences of up to 57 tokens, blocks for one and a bit.
    engine = engine(new EngineOptions(64, 3, 2, 16, 16, 4, 18, TensorType.F32));
    CountDownLatch allSubmitted = new CountDownLatch(1);
    model.beforeForward = batch -> await(allSubmitted);
    List<Recorder> together = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      together.add(submit(prompt(10 + i), 45, seed(i)));
    }
    model.passes.clear();
    allSubmitted.countDown();

    for (int i = 0; i < 3; i++) {
      together.get(i).await();
      assertThat(together.get(i).ids()).as("sequence %d", i).isEqualTo(alone.get(i));
    }
    int computed = model.passes.stream().flatMap(List::stream).mapToInt(Integer::intValue).sum();
    assertThat(computed).as("tokens computed, some of them again").isGreaterThan(33 + 3 * 44);
  }

  @Test
  void theNextTurnComputesOnlyWhatIsNew() throws Exception {
    Recorder first = submit(prompt(20), 5, SEEDED);
    first.await();
    int[] turn =
        IntStream.concat(
                IntStream.of(prompt(20)),
                IntStream.concat(first.ids().stream().mapToInt(id -> id), IntStream.of(5, 6)))
            .toArray();
    Recorder second = submit(turn, 5, SEEDED);

    // The last token of the first turn was given but never computed.
    assertThat(second.await().cachedTokens()).isEqualTo(24);
    Recorder again = new Recorder();
    engine.submit(
        new TokenRequest(
            turn,
            List.of(),
            SEEDED,
            5,
            Set.of(),
            -1,
            -1,
            Optional.empty(),
            Optional.empty(),
            false),
        again);
    assertThat(again.await().cachedTokens()).isZero();
    assertThat(again.ids()).isEqualTo(second.ids());
  }

  @Test
  void cancelledWhileItWaits() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    model.beforeForward = batch -> await(gate);
    Recorder running = submit(prompt(3), 4, SEEDED);
    Recorder cancelled = new Recorder();
    Submission submission = engine.submit(request(prompt(3), 4, SEEDED), cancelled);
    submission.cancel();
    gate.countDown();

    assertThat(cancelled.await().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(cancelled.tokens).isEmpty();
    assertThat(running.await().finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void cancelledDuringPrefillBeforeTheNextChunk() throws Exception {
    Semaphore passes = new Semaphore(1);
    model.beforeForward = batch -> passes.acquireUninterruptibly();
    Recorder recorder = new Recorder();
    Submission submission = engine.submit(request(prompt(60), 4, SEEDED), recorder);
    waitUntil(() -> model.passes.size() == 1);
    submission.cancel();
    passes.release();

    assertThat(recorder.await().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(model.passes).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void cancelledDuringDecodeLeavesTheOthersAlone() throws Exception {
    List<Integer> alone = ids(prompt(9), 40, seed(2));
    CountDownLatch tenTokens = new CountDownLatch(10);
    Recorder cancelled =
        new Recorder(token -> {
          tenTokens.countDown();
          return true;
        });
    model.beforeForward = batch -> pause();
    Submission submission = engine.submit(request(prompt(4), 50, seed(1)), cancelled);
    Recorder other = submit(prompt(9), 40, seed(2));
    tenTokens.await();
    submission.cancel();

    assertThat(cancelled.await().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(cancelled.tokens).hasSizeBetween(10, 49);
    other.await();
    assertThat(other.ids()).isEqualTo(alone);
    submission.cancel();
  }

  @Test
  void aFullQueueRefuses() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    model.beforeForward = batch -> await(gate);
    List<Recorder> accepted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      accepted.add(submit(prompt(3), 2, SEEDED));
    }

    assertThatThrownBy(() -> submit(prompt(3), 2, SEEDED))
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining("5 requests");

    gate.countDown();
    for (Recorder recorder : accepted) {
      recorder.await();
    }
    assertThat(submit(prompt(3), 2, SEEDED).await().completionTokens()).isEqualTo(2);
  }

  @Test
  void whatIsWrongWithARequestIsSaidAtOnce() {
    assertThatThrownBy(() -> submit(new int[0], 1, SEEDED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 or more tokens");
    assertThatThrownBy(() -> submit(new int[] {1, 40}, 1, SEEDED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 or more below 40, found 40 at position 1");
    assertThatThrownBy(() -> submit(prompt(64), 1, SEEDED))
        .isInstanceOf(ContextLengthExceededException.class)
        .hasMessageContaining("64 tokens")
        .hasMessageContaining("at most 63 fit");
  }

  @Test
  void aListenerThatThrowsEndsItsOwnRequestOnly() throws Exception {
    Recorder failing =
        new Recorder(token -> {
          throw new IllegalStateException("listener");
        });
    engine.submit(request(prompt(4), 20, SEEDED), failing);
    Recorder other = submit(prompt(4), 20, SEEDED);

    assertThatThrownBy(failing::await)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("listener");
    assertThat(other.await().completionTokens()).isEqualTo(20);
  }

  @Test
  void logitsThatAreNoNumbersEndTheirRequestOnly() throws Exception {
    model.poison = 39;
    Recorder poisoned = submit(new int[] {1, 39}, 4, SEEDED);

    assertThatThrownBy(poisoned::await).hasMessageContaining("NaN");
    model.poison = -1;
    assertThat(submit(new int[] {1, 39}, 4, SEEDED).await().completionTokens()).isEqualTo(4);
  }

  @Test
  void aFailedPassFailsThoseInItAndTheEngineGoesOn() throws Exception {
    model.beforeForward =
        batch -> {
          throw new IllegalStateException("broken kernel");
        };
    assertThatThrownBy(() -> submit(prompt(4), 4, SEEDED).await()).hasMessage("broken kernel");
    model.beforeForward = batch -> {};

    assertThat(submit(prompt(4), 4, SEEDED).await().completionTokens()).isEqualTo(4);
  }

  @Test
  void closingEndsEverythingWithAnError() throws Exception {
    model.beforeForward = batch -> pause();
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      recorders.add(submit(prompt(30), 30, SEEDED));
    }
    engine.close();
    engine.close();

    for (Recorder recorder : recorders) {
      assertThatThrownBy(recorder::await).isInstanceOf(EngineClosedException.class);
    }
    assertThatThrownBy(() -> submit(prompt(3), 1, SEEDED))
        .isInstanceOf(EngineClosedException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void scoresAgreeWithTheLogprobsOfGeneration() throws Exception {
    Recorder generated = new Recorder();
    engine.submit(
        new TokenRequest(
            prompt(30),
            List.of(),
            SamplingOptions.GREEDY,
            20,
            Set.of(),
            2,
            -1,
            Optional.empty(),
            Optional.empty(),
            true),
        generated);
    generated.await();
    int[] text =
        IntStream.concat(IntStream.of(prompt(30)), generated.ids().stream().mapToInt(id -> id))
            .toArray();

    Recorder scored = new Recorder();
    engine.score(text, scored);
    float[] logprobs = Recorder.await(scored.logprobs);
    int[] argmax = Recorder.await(scored.argmax);

    assertThat(logprobs).hasSize(49);
    for (int i = 0; i < 20; i++) {
      var logprob = generated.tokens.get(i).logprobs().orElseThrow();
      assertThat(logprobs[29 + i]).isEqualTo(logprob.chosen());
      assertThat(argmax[29 + i]).isEqualTo(generated.tokens.get(i).id());
      assertThat(logprob.top()).hasSize(2);
      assertThat(logprob.top().getFirst().id()).isEqualTo(generated.tokens.get(i).id());
    }
  }

  @Test
  void scoringSurvivesPreemptionAndCanBeCancelled() throws Exception {
    Recorder alone = new Recorder();
    engine.score(prompt(60), alone);
    float[] expected = Recorder.await(alone.logprobs);
    engine.close();
    engine = engine(new EngineOptions(64, 3, 2, 16, 16, 4, 18, TensorType.F32));
    List<Recorder> streams =
        List.of(submit(prompt(10), 40, seed(1)), submit(prompt(11), 40, seed(2)));
    Recorder scored = new Recorder();
    engine.score(prompt(60), scored);
    Recorder cancelled = new Recorder();
    engine.score(prompt(60), cancelled).cancel();

    assertThat(Recorder.await(scored.logprobs)).isEqualTo(expected);
    assertThatThrownBy(() -> Recorder.await(cancelled.logprobs))
        .isInstanceOf(CancellationException.class);
    for (Recorder stream : streams) {
      assertThat(stream.await().completionTokens()).isEqualTo(40);
    }
  }

  private Engine engine(EngineOptions options) {
    return new Engine(model, TokenSet.all(MockModel.VOCABULARY), new WorkerPool(1), options);
  }

  private Recorder submit(int[] prompt, int maxTokens, SamplingOptions sampling) {
    Recorder recorder = new Recorder();
    engine.submit(request(prompt, maxTokens, sampling), recorder);
    return recorder;
  }

  private List<Integer> ids(int[] prompt, int maxTokens, SamplingOptions sampling)
      throws InterruptedException, TimeoutException {
    Recorder recorder = submit(prompt, maxTokens, sampling);
    recorder.await();
    return recorder.ids();
  }

  private static TokenRequest request(int[] prompt, int maxTokens, SamplingOptions sampling) {
    return new TokenRequest(
        prompt,
        List.of(),
        sampling,
        maxTokens,
        Set.of(),
        -1,
        -1,
        Optional.empty(),
        Optional.empty(),
        true);
  }

  private static SamplingOptions seed(int seed) {
    return SamplingOptions.builder().seed(seed).build();
  }

  private static int[] prompt(int length) {
    return IntStream.range(0, length)
        .map(i -> (i * i + 3 * length) % MockModel.VOCABULARY)
        .toArray();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(2);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void waitUntil(java.util.function.BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      pause();
    }
  }
}
