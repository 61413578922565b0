package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.kernel.WorkerPool;
import io.maque.kernel.Workers;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import io.maque.model.ImageGrid;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenSet;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an engine computes for nothing before there are requests: a little text, a picture. */
@Timeout(60)
class WarmUpTest {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  @Test
  void anIdleEngineWarmsItsEncoderUpUntilARequestComes() throws InterruptedException {
    // An encoder of endless layers: only a request ends its work.
    ImageCache cache = new ImageCache(new EndlessEncoder(), 1 << 20);
    EngineOptions options = EngineOptions.of(32, 2, 2, 64, TensorType.F32);
    try (Engine engine =
        new Engine(
            new MockModel(),
            Optional.of(cache),
            TokenSet.all(MockModel.VOCABULARY),
            new WorkerPool(1),
            options)) {
      engine.warmUp();
      begun.await();
      assertThat(ended.getCount()).isEqualTo(1);

      Recorder recorder = new Recorder();
      engine.submit(request(), recorder);

      assertThat(recorder.end.join().completionTokens()).isEqualTo(3);
      assertThat(ended.getCount()).isZero();
      assertThat(engine.statistics().images()).isEqualTo(ImageStatistics.NONE);
    }
  }

  @Test
  void anIdleEngineComputesALittleTextAndKeepsNothingOfIt() throws InterruptedException {
    MockModel model = new MockModel();
    CountDownLatch computed = new CountDownLatch(1);
    model.betweenLayers = computed::countDown;
    EngineOptions options = EngineOptions.of(32, 2, 2, 64, TensorType.F32);
    try (Engine engine =
        new Engine(model, TokenSet.all(MockModel.VOCABULARY), new WorkerPool(1), options)) {
      engine.warmUp();
      computed.await();
      Recorder recorder = new Recorder();
      engine.submit(request(), recorder);

      assertThat(recorder.end.join().completionTokens()).isEqualTo(3);
      assertThat(recorder.end.join().cachedTokens()).isZero();
      assertThat(model.passes.subList(0, 2)).containsExactly(List.of(2), List.of(2));
      assertThat(engine.statistics().completionTokens()).isEqualTo(3);
    }
  }

  private static TokenRequest request() {
    return new TokenRequest(
        new int[] {1, 2},
        List.of(),
        SamplingOptions.DEFAULT,
        3,
        Set.of(),
        -1,
        -1,
        Optional.empty(),
        Optional.empty(),
        true);
  }

  private final class EndlessEncoder implements ImageEncoder {
    private final AtomicInteger layers = new AtomicInteger();

    @Override
    public int embeddingLength() {
      return 2;
    }

    @Override
    public Preprocessing preprocessing() {
      return Preprocessing.llava(28);
    }

    @Override
    public ImageGrid grid(Size processed) {
      return new ImageGrid(2, 2);
    }

    @Override
    public boolean encode(
        PixelTensor pixels,
        ImageEmbedding out,
        Arena scratch,
        Workers workers,
        BooleanSupplier stillWanted) {
      assertThat(pixels.processed()).isEqualTo(new Size(28, 28));
      begun.countDown();
      while (stillWanted.getAsBoolean()) {
        layers.incrementAndGet();
      }
      ended.countDown();
      return false;
    }
  }
}
