package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.boot.KernelLadder;
import io.maque.engine.Pictures.Asking;
import io.maque.gguf.GgufFile;
import io.maque.kernel.WorkerPool;
import io.maque.model.GoldenLogits;
import io.maque.model.TextModel;
import io.maque.model.text.Qwen2;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures, with rows for the layers too, in a tiny model of the real architecture. */
@Timeout(120)
class DecoderImagesTest {
  private static final EngineOptions ALONE =
      new EngineOptions(64, 1, 1, 64, 64, 64, 1, TensorType.F16);
  private static final EngineOptions CROWDED =
      new EngineOptions(64, 6, 40, 16, 7, 4, 18, TensorType.F16);

  private final GgufFile file = GgufFile.open(GoldenLogits.read("qwen2-tied").model());
  private final TextModel model = new Qwen2(file, KernelLadder.choose(Optional.empty()));

  @AfterEach
  void close() {
    file.close();
  }

  private record Ask(List<Object> parts, int seed) {

    static Ask random(Random random) {
      List<Object> parts = new ArrayList<>();
      IntStream.range(0, random.nextInt(12)).map(i -> 50 + i).forEach(parts::add);
      for (int i = random.nextInt(3); i > 0; i--) {
        parts.add(Pictures.picture(random.nextInt(3), 3, 4));
        parts.add(random.nextInt(40));
      }
      parts.add(random.nextInt(300));
      return new Ask(parts, random.nextInt(3));
    }

    TokenRequest request(ImageCache cache, boolean reuseCache) {
      SamplingOptions sampling =
          SamplingOptions.builder().seed(seed).repetitionPenalty(1.1).build();
      return new Asking(20, Optional.empty(), reuseCache, -1).request(cache, parts, sampling);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void tokensAreThoseOfTheRequestAlone(long seed) throws Exception {
    Random random = new Random(seed);
    List<Ask> asks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      asks.add(i % 4 == 3 ? asks.getLast() : Ask.random(random));
    }
    Map<Ask, List<SampledToken>> alone = new HashMap<>();
    ImageCache plenty = new ImageCache(encoder(), Long.MAX_VALUE);
    try (Engine engine = engine(plenty, 1, ALONE)) {
      for (Ask ask : asks) {
        Recorder recorder = new Recorder();
        engine.submit(ask.request(plenty, false), recorder);
        recorder.await();
        alone.put(ask, recorder.tokens);
      }
    }
    ImageCache scarce = new ImageCache(encoder(), 100);
    try (Engine engine = engine(scarce, 3, CROWDED)) {
      List<Recorder> recorders = new ArrayList<>();
      for (Ask ask : asks) {
        recorders.add(new Recorder());
        engine.submit(ask.request(scarce, true), recorders.getLast());
      }
      for (int i = 0; i < asks.size(); i++) {
        recorders.get(i).await();
        assertThat(recorders.get(i).tokens)
            .as("seed %d, request %d, %s", seed, i, asks.get(i))
            .isEqualTo(alone.get(asks.get(i)));
      }
      assertThat(engine.statistics().preemptions()).isPositive();
      assertThat(engine.statistics().cachedTokens()).isPositive();
    }
  }

  private PictureEncoder encoder() {
    return new PictureEncoder(model.config().embeddingLength(), 1);
  }

  private Engine engine(ImageCache images, int threads, EngineOptions options) {
    return new Engine(
        model,
        Optional.of(images),
        TokenSet.all(model.config().vocabularySize()),
        new WorkerPool(threads),
        options);
  }
}
