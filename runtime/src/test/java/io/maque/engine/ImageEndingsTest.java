package io.maque.engine;

import static io.maque.engine.Pictures.asText;
import static io.maque.engine.Pictures.await;
import static io.maque.engine.Pictures.picture;
import static io.maque.engine.Pictures.request;
import static io.maque.engine.Pictures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.engine.Pictures.Asking;
import io.maque.kernel.WorkerPool;
import io.maque.metrics.Deadline;
import io.maque.sampling.TokenSet;
import io.maque.tensor.TensorType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How requests end whose picture is being encoded. */
@Timeout(60)
class ImageEndingsTest {
  private static final EngineOptions OPTIONS =
      new EngineOptions(64, 4, 8, 16, 8, 4, 64, TensorType.F32);

  private final MockModel model = new MockModel();
  private final PictureEncoder encoder = new PictureEncoder();
  private final ImageCache cache = new ImageCache(encoder, 100 * PictureEncoder.ROW_BYTES);
  private final Engine engine =
      new Engine(
          model,
          Optional.of(cache),
          TokenSet.all(MockModel.VOCABULARY),
          new WorkerPool(2),
          OPTIONS);

  @AfterEach
  void close() {
    engine.close();
    assertThat(cache.statistics().cacheBytes()).isZero();
    assertThat(encoder.outs).noneMatch(Pictures::alive);
  }

  @Test
  void aCancelledRequestEndsWithinALayer() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    List<Integer> layers = new ArrayList<>();
    encoder.inLayer =
        layer -> {
          layers.add(layer);
          begun.countDown();
          await(cancelled);
        };
    Recorder recorder = new Recorder();
    Submission submission = engine.submit(request(cache, 1, picture(1, 2, 2)), recorder);
    begun.await();
    submission.cancel();
    cancelled.countDown();

    assertThat(recorder.await().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(layers).containsExactly(0);
    assertThat(ids(request(cache, 1, picture(1, 2, 2)))).isEqualTo(asText(1, picture(1, 2, 2)));
    assertThat(engine.statistics().images().encoded()).isEqualTo(1);
  }

  @Test
  void aPictureThatSomebodyElseWantsIsEncodedToTheEnd() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    encoder.inLayer =
        layer -> {
          begun.countDown();
          await(cancelled);
        };
    Recorder recorder = new Recorder();
    Submission submission = engine.submit(request(cache, 1, picture(1, 2, 2)), recorder);
    Recorder other = submit(request(cache, 2, 2, picture(1, 2, 2)));
    begun.await();
    submission.cancel();
    cancelled.countDown();

    assertThat(recorder.await().finishReason()).isEqualTo(FinishReason.CANCELLED);
    other.await();
    assertThat(other.ids()).isEqualTo(asText(2, 2, picture(1, 2, 2)));
    assertThat(encoder.begun).hasSize(1);
  }

  @Test
  void theDeadlineEndsARequestWithinALayer() throws Exception {
    Deadline deadline = Deadline.after(Duration.ofMillis(30));
    List<Integer> layers = new ArrayList<>();
    encoder.inLayer =
        layer -> {
          layers.add(layer);
          while (!deadline.passed()) {
            Thread.onSpinWait();
          }
        };
    Recorder recorder =
        submit(
            new Asking(4, Optional.of(deadline), true, -1)
                .request(cache, List.of(1, picture(1, 2, 2))));

    assertThat(recorder.await().finishReason()).isEqualTo(FinishReason.DEADLINE);
    assertThat(layers).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void closingWhileAPictureIsEncodedEndsItWithinALayer() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    List<Integer> layers = new ArrayList<>();
    encoder.inLayer =
        layer -> {
          layers.add(layer);
          begun.countDown();
          await(closing);
        };
    Recorder recorder = submit(request(cache, 1, picture(1, 2, 2)));
    begun.await();
    Thread closer = Thread.ofPlatform().start(engine::close);
    while (closer.getState() == Thread.State.RUNNABLE || closer.getState() == Thread.State.NEW) {
      Thread.onSpinWait();
    }
    closing.countDown();
    closer.join();

    assertThatThrownBy(recorder::await).isInstanceOf(EngineClosedException.class);
    assertThat(layers).containsExactly(0);
  }

  @Test
  void aPictureThatCannotBeEncodedFailsItsRequestOnly() throws Exception {
    encoder.inLayer =
        layer -> {
          if (encoder.begun.getLast() == 1) {
            throw new IllegalStateException("broken kernel");
          }
        };
    Recorder broken = submit(request(cache, 1, picture(1, 2, 2)));
    Recorder sound = submit(request(cache, 1, picture(2, 2, 2)));

    assertThatThrownBy(broken::await).hasMessage("broken kernel");
    sound.await();
    assertThat(sound.ids()).isEqualTo(asText(1, picture(2, 2, 2)));
    assertThat(engine.statistics().images().encoded()).isEqualTo(1);
  }

  @Test
  void pixelsThatCannotBeHadFailTheirRequestOnly() throws Exception {
    KnownImage known = picture(1, 2, 2).in(cache);
    TokenRequest sound = request(cache, 1, picture(1, 2, 2));
    Recorder unreadable =
        submit(
            with(
                sound,
                Pictures.image(
                    1,
                    known,
                    () -> {
                      throw new IllegalStateException("no pixels");
                    })));
    Recorder otherSize = submit(with(sound, Pictures.image(1, known, picture(1, 3, 2)::pixels)));

    assertThatThrownBy(unreadable::await).hasMessage("no pixels");
    assertThatThrownBy(otherSize::await)
        .hasMessageContaining("image at position 1: expected pixels for");
    assertThat(ids(sound)).isEqualTo(asText(1, picture(1, 2, 2)));
  }

  private Recorder submit(TokenRequest request) {
    Recorder recorder = new Recorder();
    engine.submit(request, recorder);
    return recorder;
  }

  private List<Integer> ids(TokenRequest request) throws Exception {
    Recorder recorder = submit(request);
    recorder.await();
    return recorder.ids();
  }
}
