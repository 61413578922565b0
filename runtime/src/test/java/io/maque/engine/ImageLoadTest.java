package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.engine.Pictures.Asking;
import io.maque.kernel.WorkerPool;
import io.maque.sampling.SampledToken;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenSet;
import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many requests with pictures in an engine that is too small for them: blocks for little more than
 * a sequence, room for the rows of two pictures or three.
 */
@Timeout(120)
class ImageLoadTest {
  private static final EngineOptions CROWDED =
      new EngineOptions(64, 6, 40, 16, 7, 4, 18, TensorType.F32);
  private static final int CAPACITY_ROWS = 30;

  private final MockModel model = new MockModel();
  private final PictureEncoder encoder = new PictureEncoder();
  private final ImageCache cache =
      new ImageCache(encoder, CAPACITY_ROWS * PictureEncoder.ROW_BYTES);

  private record Ask(List<Object> parts, int seed, int maxTokens) {

    static Ask random(Random random) {
      List<Object> parts = new ArrayList<>();
      int beginning = random.nextInt(2);
      IntStream.range(0, random.nextInt(12)).map(i -> i * 3 + beginning).forEach(parts::add);
      for (int i = random.nextInt(3); i > 0; i--) {
        int number = random.nextInt(4);
        parts.add(Pictures.picture(number, number + 1, 1 + random.nextInt(2) * 4));
        random.ints(random.nextInt(3), 0, 3).forEach(parts::add);
      }
      parts.add(random.nextInt(40));
      return new Ask(parts, random.nextInt(3), 1 + random.nextInt(40));
    }

    SamplingOptions sampling() {
      return SamplingOptions.builder().seed(seed).build();
    }

    TokenRequest request(ImageCache cache, boolean reuseCache) {
      return new Asking(maxTokens, Optional.empty(), reuseCache, -1)
          .request(cache, parts, sampling());
    }

    List<Integer> expected() {
      int room = CROWDED.contextLength() - (int) Pictures.values(parts).count();
      return MockModel.completion(Math.min(maxTokens, room), sampling(), Pictures.values(parts));
    }
  }

  private record Asked(Ask ask, Recorder recorder, Submission submission) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void tokensAreThoseOfTheRequestAlone(long seed) throws Exception {
    Random random = new Random(seed);
    Random cancelling = new Random(-seed);
    Semaphore room = new Semaphore(CROWDED.maxSequences() + CROWDED.queueCapacity());
    List<Asked> asked = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    model.betweenLayers = () -> cancelSome(asked, cancelling);
    encoder.inLayer =
        layer -> {
          bytes.add(cache.statistics().cacheBytes());
          cancelSome(asked, cancelling);
        };
    try (Engine engine = engine()) {
      for (int i = 0; i < 120; i++) {
        room.acquire();
        Ask ask = i % 3 == 2 ? asked.getLast().ask : Ask.random(random);
        Recorder recorder = new Recorder();
        recorder.end.whenComplete((completion, error) -> room.release());
        synchronized (asked) {
          TokenRequest request = ask.request(cache, random.nextInt(5) > 0);
          asked.add(new Asked(ask, recorder, engine.submit(request, recorder)));
        }
      }
      for (Asked one : asked) {
        Completion completion = one.recorder.await();
        boolean cancelled = completion.finishReason() == FinishReason.CANCELLED;
        List<Integer> expected = one.ask.expected();
        assertThat(one.recorder.tokens)
            .as("seed %d, %s", seed, one.ask)
            .extracting(SampledToken::id)
            .isEqualTo(cancelled ? expected.subList(0, one.recorder.tokens.size()) : expected);
      }
      EngineStatistics statistics = engine.statistics();
      assertThat(statistics.preemptions()).as("seed %d", seed).isPositive();
      assertThat(statistics.cachedTokens()).as("seed %d", seed).isPositive();
      assertThat(statistics.images().cacheHits()).as("seed %d", seed).isPositive();
      assertThat(statistics.images().cacheBytes())
          .isLessThanOrEqualTo(CAPACITY_ROWS * PictureEncoder.ROW_BYTES);
    }
    // The picture that is being encoded is not counted yet.
    assertThat(bytes).allMatch(now -> now <= CAPACITY_ROWS * PictureEncoder.ROW_BYTES);
    assertThat(encoder.outs).noneMatch(out -> out.rows().data().scope().isAlive());
  }

  private void cancelSome(List<Asked> asked, Random random) {
    synchronized (asked) {
      if (!asked.isEmpty() && random.nextInt(20) == 0) {
        asked.get(random.nextInt(asked.size())).submission.cancel();
      }
    }
  }

  private Engine engine() {
    return new Engine(
        model, Optional.of(cache), TokenSet.all(MockModel.VOCABULARY), new WorkerPool(2), CROWDED);
  }
}
