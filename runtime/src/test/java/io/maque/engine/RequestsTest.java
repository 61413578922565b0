package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maque.kernel.WorkerPool;
import io.maque.metrics.Deadline;
import io.maque.sampling.SampledToken;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenConstraint;
import io.maque.sampling.TokenSet;
import io.maque.tensor.TensorType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What may be asked of an engine besides tokens. */
@Timeout(60)
class RequestsTest {
  private static final int[] PROMPT = IntStream.range(0, 50).map(i -> i * i % 40).toArray();
  private static final Optional<TokenConstraint> FREE = Optional.empty();

  private final MockModel model = new MockModel();
  private final Engine engine =
      new Engine(
          model,
          TokenSet.all(MockModel.VOCABULARY),
          new WorkerPool(1),
          new EngineOptions(64, 3, 2, 20, 20, 4, 48, TensorType.F32));

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void theTokensOfAPromptAreScoredBeforeTheAnswer() throws Exception {
    Recorder scored = new Recorder();
    engine.score(PROMPT, scored);
    float[] expected = Recorder.await(scored.logprobs);
    // The second time the prompt is in the cache, and is scored all the same.
    for (int i = 0; i < 2; i++) {
      Recorder recorder = new Recorder();
      engine.submit(request(3, 2, FREE, Optional.empty()), recorder);

      assertThat(recorder.await().cachedTokens()).isZero();
      assertThat(recorder.tokens).hasSize(3);
      assertThat(recorder.prompt.stream().mapToInt(SampledToken::id).toArray()).isEqualTo(PROMPT);
      assertThat(recorder.prompt.getFirst().logprobs()).isEmpty();
      for (int p = 1; p < PROMPT.length; p++) {
        var logprobs = recorder.prompt.get(p).logprobs().orElseThrow();
        assertThat(logprobs.chosen()).as("position %d", p).isEqualTo(expected[p - 1]);
        assertThat(logprobs.top()).hasSize(2);
      }
    }
  }

  @Test
  void noTokensAtAllMayBeAskedFor() throws Exception {
    Recorder recorder = new Recorder();
    engine.submit(request(0, 0, FREE, Optional.empty()), recorder);

    Completion completion = recorder.await();

    assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(completion.completionTokens()).isZero();
    assertThat(recorder.tokens).isEmpty();
    assertThat(recorder.prompt).hasSize(PROMPT.length);
  }

  @Test
  void aConstraintHoldsForEveryToken() throws Exception {
    List<Integer> accepted = new ArrayList<>();
    TokenConstraint evenOnly =
        new TokenConstraint() {
          @Override
          public long[] allowed() {
            return new long[] {0x5555_5555_5555_5555L};
          }

          @Override
          public void accept(int id) {
            accepted.add(id);
          }
        };
    Recorder recorder = new Recorder();
    engine.submit(request(14, -1, Optional.of(evenOnly), Optional.empty()), recorder);

    recorder.await();

    assertThat(recorder.ids()).hasSize(14).allMatch(id -> id % 2 == 0).isEqualTo(accepted);
  }

  @Test
  void aConstraintThatFailsEndsItsRequestOnly() throws Exception {
    TokenConstraint broken =
        new TokenConstraint() {
          @Override
          public long[] allowed() {
            throw new IllegalStateException("no way on");
          }

          @Override
          public void accept(int id) {}
        };
    Recorder failing = new Recorder();
    Recorder other = new Recorder();
    engine.submit(request(5, -1, Optional.of(broken), Optional.empty()), failing);
    engine.submit(request(5, -1, FREE, Optional.empty()), other);

    assertThatThrownBy(failing::await).hasMessage("no way on");
    assertThat(other.await().completionTokens()).isEqualTo(5);
  }

  @Test
  void aDeadlineEndsARequestThatRunsAndOneThatWaits() throws Exception {
    Semaphore passes = new Semaphore(3);
    model.beforeForward = batch -> passes.acquireUninterruptibly();
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Recorder recorder = new Recorder();
      Deadline deadline = Deadline.after(Duration.ofMillis(50));
      engine.submit(request(10, -1, FREE, Optional.of(deadline)), recorder);
      recorders.add(recorder);
    }
    Thread.sleep(60);
    passes.release(1000);

    for (Recorder recorder : recorders) {
      assertThat(recorder.await().finishReason()).isEqualTo(FinishReason.DEADLINE);
    }
    Recorder unhurried = new Recorder();
    Deadline never = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE));
    engine.submit(request(10, -1, FREE, Optional.of(never)), unhurried);
    assertThat(unhurried.await().finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void anEmbeddingIsTheMeanOfAllStatesScaledToOne() throws Exception {
    CompletableFuture<float[]> embedding = new CompletableFuture<>();
    // The second state of the mock is the token itself.
    engine.embed(new int[] {3, 4, 5}, into(embedding));

    float[] vector = Recorder.await(embedding);

    assertThat(vector).hasSize(2);
    assertThat(Math.hypot(vector[0], vector[1])).isCloseTo(1, within(1e-6));
    double first = 0;
    int hash = 1;
    for (int token : new int[] {3, 4, 5}) {
      hash = (hash * 131 + token + 7) % 65_521;
      first += hash;
    }
    assertThat(vector[1] / vector[0]).isCloseTo((float) (12 / first), within(1e-6f));
  }

  @Test
  void anEmbeddingDoesNotDependOnChunksAndNeighbours() throws Exception {
    CompletableFuture<float[]> alone = new CompletableFuture<>();
    engine.embed(PROMPT, into(alone));
    float[] expected = Recorder.await(alone);
    Recorder stream = new Recorder();
    engine.submit(request(14, -1, FREE, Optional.empty()), stream);
    CompletableFuture<float[]> among = new CompletableFuture<>();
    engine.embed(PROMPT, into(among));

    assertThat(Recorder.await(among)).isEqualTo(expected);
    stream.await();
    assertThatThrownBy(() -> engine.embed(new int[0], into(among)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void statesThatAreNoNumbersAreAnError() {
    model.poison = 4;
    CompletableFuture<float[]> embedding = new CompletableFuture<>();
    engine.embed(new int[] {3, 4, 5}, into(embedding));

    assertThatThrownBy(() -> Recorder.await(embedding))
        .isInstanceOf(InvalidHiddenStateException.class)
        .hasMessageContaining("position 1");
  }

  @Test
  void statisticsSayHowThingsStand() throws Exception {
    Semaphore passes = new Semaphore(0);
    model.beforeForward = batch -> passes.acquireUninterruptibly();
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      recorders.add(new Recorder());
      engine.submit(request(4, -1, FREE, Optional.empty()), recorders.getLast());
    }
    assertThat(engine.statistics().running() + engine.statistics().waiting()).isEqualTo(5);
    passes.release(1000);
    for (Recorder recorder : recorders) {
      recorder.await();
    }

    EngineStatistics statistics = engine.statistics();

    assertThat(statistics.running()).isZero();
    assertThat(statistics.waiting()).isZero();
    assertThat(statistics.kvBlocks()).isEqualTo(48);
    assertThat(statistics.kvBlocksUsed()).isZero();
    assertThat(statistics.kvBlocksRetained()).isPositive();
    assertThat(statistics.promptTokens()).isEqualTo(250);
    assertThat(statistics.completionTokens()).isEqualTo(20);
    assertThat(statistics.passes()).isEqualTo(model.passes.size());
    assertThat(statistics.lastBatchTokens())
        .isEqualTo(model.passes.getLast().stream().mapToInt(Integer::intValue).sum());
    assertThat(statistics.lastBatchSequences()).isEqualTo(model.passes.getLast().size());
  }

  private static ResultListener<float[]> into(CompletableFuture<float[]> future) {
    return new ResultListener<>() {
      @Override
      public void onResult(float[] result) {
        future.complete(result);
      }

      @Override
      public void onError(RuntimeException error) {
        future.completeExceptionally(error);
      }
    };
  }

  private static TokenRequest request(
      int maxTokens,
      int promptLogprobs,
      Optional<TokenConstraint> constraint,
      Optional<Deadline> deadline) {
    return new TokenRequest(
        PROMPT,
        List.of(),
        SamplingOptions.builder().seed(5).build(),
        maxTokens,
        Set.of(),
        -1,
        promptLogprobs,
        constraint,
        deadline,
        true);
  }
}
