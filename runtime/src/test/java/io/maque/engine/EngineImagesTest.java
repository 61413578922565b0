package io.maque.engine;

import static io.maque.engine.Pictures.asText;
import static io.maque.engine.Pictures.asTextOf;
import static io.maque.engine.Pictures.await;
import static io.maque.engine.Pictures.picture;
import static io.maque.engine.Pictures.request;
import static io.maque.engine.Pictures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.engine.Pictures.Asking;
import io.maque.engine.Pictures.Picture;
import io.maque.kernel.WorkerPool;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenSet;
import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pictures in prompts: 16 tokens a pass, 8 of prompts beside streams, blocks of 4 positions. */
@Timeout(60)
class EngineImagesTest {
  private static final EngineOptions OPTIONS =
      new EngineOptions(64, 4, 8, 16, 8, 4, 64, TensorType.F32);
  private static final Asking ONCE = new Asking(4, Optional.empty(), false, -1);

  private final MockModel model = new MockModel();
  private final PictureEncoder encoder = new PictureEncoder();
  private ImageCache cache = new ImageCache(encoder, 100 * PictureEncoder.ROW_BYTES);
  private Engine engine = engine(OPTIONS);

  @AfterEach
  void close() {
    engine.close();
    assertThat(cache.statistics().cacheBytes()).isZero();
    assertThat(encoder.outs).noneMatch(Pictures::alive);
  }

  // What the model sees.

  @Test
  void rowsStandWhereThePromptHasThem() throws Exception {
    Picture first = picture(1, 2, 3);
    Picture second = picture(2, 1, 4);
    List<Integer> ids = ids(request(cache, 5, first, 6, 7, second));

    assertThat(ids).isEqualTo(asText(5, first, 6, 7, second));
    assertThat(ids).isNotEqualTo(asText(5, first, 6, 7, picture(3, 1, 4)));
  }

  @Test
  void aPictureIsReadInPieces() throws Exception {
    Picture large = picture(1, 5, 8);
    Recorder recorder = submit(request(cache, 5, large, 6));

    assertThat(recorder.await().imageTokens()).isEqualTo(40);
    assertThat(recorder.end.join().promptTokens()).isEqualTo(42);
    assertThat(recorder.ids()).isEqualTo(asText(5, large, 6));
    assertThat(model.passes.subList(0, 3)).containsExactly(List.of(16), List.of(16), List.of(10));
    assertThat(encoder.begun).containsExactly(1);
  }

  @Test
  void longTextBeforeAPictureDoesNotWaitForIt() throws Exception {
    List<Object> parts = new ArrayList<>(IntStream.range(0, 20).boxed().toList());
    parts.add(picture(1, 2, 2));
    List<Integer> passesBefore = new ArrayList<>();
    encoder.inLayer = layer -> passesBefore.add(model.passes.size());
    submit(request(cache, parts.toArray())).await();

    // The 4 tokens that are left are computed with the picture.
    assertThat(passesBefore).containsOnly(1);
    assertThat(model.passes.subList(0, 2)).containsExactly(List.of(16), List.of(8));
  }

  @Test
  void picturesOfPreemptedPromptsAreReadAgain() throws Exception {
    List<TokenRequest> requests = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      requests.add(
          new Asking(40, Optional.empty(), i == 0, -1)
              .request(cache, List.of(1, 2, picture(i, 3, 3), 3)));
    }
    List<List<Integer>> alone = new ArrayList<>();
    for (TokenRequest request : requests) {
      alone.add(ids(request));
    }
    reopen(new EngineOptions(64, 3, 2, 16, 16, 4, 18, TensorType.F32), 10);
    List<Recorder> together = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(1);
    model.beforeForward = batch -> await(all);
    encoder.inLayer = layer -> await(all);
    for (int i = 0; i < 3; i++) {
      together.add(
          submit(
              new Asking(40, Optional.empty(), i == 0, -1)
                  .request(cache, List.of(1, 2, picture(i, 3, 3), 3))));
    }
    all.countDown();

    for (int i = 0; i < 3; i++) {
      together.get(i).await();
      assertThat(together.get(i).ids()).as("request %d", i).isEqualTo(alone.get(i));
    }
    assertThat(engine.statistics().preemptions()).isPositive();
  }

  // What is shared.

  @Test
  void aPictureThatComesAgainIsNotEncodedAgain() throws Exception {
    Recorder first = submit(ONCE.request(cache, List.of(1, picture(1, 2, 2), 2)));
    assertThat(first.await().imageEncodeMillis()).isPositive();
    Recorder second = submit(ONCE.request(cache, List.of(7, 8, picture(1, 2, 2), 9)));

    assertThat(second.await().imageEncodeMillis()).isZero();
    assertThat(second.end.join().cachedTokens()).isZero();
    assertThat(second.ids()).isEqualTo(asText(7, 8, picture(1, 2, 2), 9));
    assertThat(encoder.begun).containsExactly(1);
    ImageStatistics statistics = engine.statistics().images();
    assertThat(statistics.encoded()).isEqualTo(1);
    assertThat(statistics.cacheHits()).isEqualTo(1);
    assertThat(statistics.encodeMillis()).isPositive();
    assertThat(statistics.cacheBytes()).isEqualTo(4 * PictureEncoder.ROW_BYTES);
  }

  @Test
  void onePictureInTwoRequestsAtOnceIsEncodedOnce() throws Exception {
    CountDownLatch both = new CountDownLatch(1);
    encoder.inLayer = layer -> await(both);
    Recorder first = submit(ONCE.request(cache, List.of(1, picture(1, 2, 2), 2)));
    Recorder second = submit(ONCE.request(cache, List.of(3, 4, picture(1, 2, 2), 2)));
    both.countDown();
    first.await();
    second.await();

    assertThat(encoder.begun).containsExactly(1);
    assertThat(second.ids()).isEqualTo(asText(3, 4, picture(1, 2, 2), 2));
  }

  @Test
  void aPromptWithTheSamePictureIsReadOnce() throws Exception {
    Object[] parts = {1, 2, picture(1, 4, 4), 3};
    Recorder first = submit(request(cache, parts));
    first.await();
    Recorder second = submit(request(cache, parts));

    assertThat(second.await().cachedTokens()).isEqualTo(18);
    assertThat(second.ids()).isEqualTo(first.ids());
    // Nothing of the picture was needed: its rows were not even looked up.
    assertThat(engine.statistics().images().cacheHits()).isZero();
  }

  @Test
  void promptsThatDifferInThePictureShareNothingOfIt() throws Exception {
    Picture here = picture(1, 4, 4);
    Picture there = picture(2, 4, 4);
    submit(request(cache, 1, 2, here, 3)).await();
    Recorder other = submit(request(cache, 1, 2, there, 3));

    assertThat(other.await().cachedTokens()).isEqualTo(2);
    assertThat(other.ids()).isEqualTo(asText(1, 2, there, 3));
    Recorder longer = submit(request(cache, 1, 2, picture(1, 4, 5), 3));
    assertThat(longer.await().cachedTokens()).isEqualTo(2);
    assertThat(longer.ids()).isEqualTo(asText(1, 2, picture(1, 4, 5), 3));
  }

  @Test
  void promptsThatWaitForTheSameBeginningShareIt() throws Exception {
    CountDownLatch both = new CountDownLatch(1);
    encoder.inLayer = layer -> await(both);
    Recorder first = submit(request(cache, 1, 2, picture(1, 4, 4), 3));
    Recorder second = submit(request(cache, 1, 2, picture(1, 4, 4), 4));
    both.countDown();
    first.await();

    assertThat(second.await().cachedTokens()).isEqualTo(18);
    assertThat(second.ids()).isEqualTo(asText(1, 2, picture(1, 4, 4), 4));
  }

  // Who gets their turn.

  @Test
  void streamsGoOnBetweenTheLayersOfAnEncoder() throws Exception {
    encoder.layers = 20;
    Recorder stream = new Recorder();
    List<Integer> seen = new ArrayList<>();
    encoder.inLayer = layer -> seen.add(stream.tokens.size());
    CountDownLatch flowing = new CountDownLatch(1);
    model.betweenLayers =
        () -> {
          if (stream.tokens.size() == 2) {
            await(flowing);
          }
        };
    engine.submit(new Asking(50, Optional.empty(), true, -1).request(cache, List.of(1)), stream);
    Recorder pictured = submit(request(cache, 2, picture(1, 3, 3)));
    flowing.countDown();
    pictured.await();
    stream.await();

    assertThat(seen).hasSize(20);
    for (int layer = 1; layer < 20; layer++) {
      assertThat(seen.get(layer))
          .as("tokens at layer %d", layer)
          .isGreaterThan(seen.get(layer - 1));
    }
    assertThat(stream.ids()).isEqualTo(asTextOf(50, 1));
  }

  @Test
  void picturesAreEncodedInTurn() throws Exception {
    CountDownLatch all = new CountDownLatch(1);
    model.beforeForward = batch -> await(all);
    Recorder gate = submit(request(cache, 9));
    List<Recorder> recorders = new ArrayList<>();
    recorders.add(submit(ONCE.request(cache, List.of(1, tall(10), tall(11), tall(12)))));
    recorders.add(submit(ONCE.request(cache, List.of(2, tall(20), tall(21), tall(22)))));
    recorders.add(submit(ONCE.request(cache, List.of(3, tall(30)))));
    all.countDown();
    gate.await();
    for (Recorder recorder : recorders) {
      recorder.await();
    }

    assertThat(encoder.begun.subList(0, 4)).containsExactly(10, 20, 30, 11);
    assertThat(encoder.begun).containsExactlyInAnyOrder(10, 20, 30, 11, 21, 12, 22);
  }

  private static Picture tall(int number) {
    return picture(number, 12, 1);
  }

  @Test
  void rowsInMemoryStayWithinTheCapacityAndOnePicture() throws Exception {
    reopen(OPTIONS, 30);
    List<Long> bytes = new ArrayList<>();
    encoder.inLayer = layer -> bytes.add(cache.statistics().cacheBytes());
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      recorders.add(
          submit(ONCE.request(cache, List.of(i, picture(i, 2, 10), 1, picture(9, 6, 5)))));
    }
    for (int i = 0; i < 8; i++) {
      recorders.get(i).await();
      assertThat(recorders.get(i).ids())
          .isEqualTo(asText(i, picture(i, 2, 10), 1, picture(9, 6, 5)));
    }

    assertThat(bytes).allMatch(now -> now <= 30 * PictureEncoder.ROW_BYTES);
    assertThat(engine.statistics().images().cacheBytes())
        .isLessThanOrEqualTo(30 * PictureEncoder.ROW_BYTES);
  }

  @Test
  void aPictureLargerThanTheCacheIsGoneWhenItIsRead() throws Exception {
    reopen(OPTIONS, 5);
    Picture large = picture(1, 5, 5);

    assertThat(ids(ONCE.request(cache, List.of(1, large, 2)))).isEqualTo(asText(1, large, 2));
    assertThat(engine.statistics().images().cacheBytes()).isZero();
    assertThat(encoder.outs).noneMatch(Pictures::alive);
    assertThat(ids(ONCE.request(cache, List.of(1, large, 2)))).isEqualTo(asText(1, large, 2));
    assertThat(encoder.begun).hasSize(2);
  }

  // What is refused.

  @Test
  void placeholdersCannotBeForged() {
    int id = picture(1, 2, 2).in(cache).id();
    TokenRequest sound = request(cache, 1, picture(1, 2, 2), 2);
    PromptImage image = sound.images().getFirst();

    refuses(with(sound, new int[] {1, id, id, id, id, 2}, List.of()), "found -1 at position 1");
    refuses(with(sound, new int[] {1, id, id, id, 3, 2}, List.of(image)), "id -1 at position 4");
    refuses(with(sound, new int[] {1, id, id, id, id, id}, List.of(image)), "-1 at position 5");
    refuses(with(sound, new int[] {1, id, id, id}, List.of(image)), "positions from 0 to 4");
    refuses(with(sound, sound.prompt(), List.of(image, image)), "positions from 5 to 6");
    PromptImage unknown = new PromptImage(1, image.grid(), id - 1, image.pixels());
    refuses(
        with(sound, new int[] {1, -2, -2, -2, -2, 2}, List.of(unknown)),
        "expected an id that the image cache gave out, found -2");
    assertThatThrownBy(() -> engine.score(new int[] {1, id}, new Recorder()))
        .hasMessageContaining("found -1 at position 1");
    assertThatThrownBy(() ->
            engine.embed(
                new int[] {id},
                new ResultListener<>() {
                  @Override
                  public void onResult(float[] result) {}

                  @Override
                  public void onError(RuntimeException error) {}
                }))
        .hasMessageContaining("found -1 at position 0");
    try (Engine textOnly =
        new Engine(model, TokenSet.all(MockModel.VOCABULARY), new WorkerPool(1), OPTIONS)) {
      assertThat(textOnly.images()).isEmpty();
      assertThatThrownBy(() -> textOnly.submit(sound, new Recorder()))
          .hasMessageContaining("the model takes no images");
    }
  }

  private void refuses(TokenRequest request, String reason) {
    assertThatThrownBy(() -> submit(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void picturesCountInTheContext() {
    assertThatThrownBy(() -> submit(request(cache, 1, picture(1, 8, 8))))
        .isInstanceOf(ContextLengthExceededException.class)
        .hasMessageContaining("65 tokens");
  }

  // What reads the ids of a prompt.

  @Test
  void penaltiesAndLogprobsPassPicturesOver() throws Exception {
    SamplingOptions penalties =
        SamplingOptions.builder()
            .seed(3)
            .repetitionPenalty(1.5)
            .presencePenalty(0.5)
            .frequencyPenalty(0.5)
            .build();
    Recorder recorder =
        submit(
            new Asking(6, Optional.empty(), true, 2)
                .request(cache, List.of(5, 6, picture(1, 2, 2), 7, 8), penalties));

    assertThat(recorder.await().completionTokens()).isEqualTo(6);
    assertThat(recorder.prompt)
        .extracting(token -> token.logprobs().isPresent())
        .containsExactly(false, true, false, false, false, false, true, true);
    assertThat(recorder.prompt.get(6).id()).isEqualTo(7);
  }

  // Helpers.

  private Engine engine(EngineOptions options) {
    return new Engine(
        model, Optional.of(cache), TokenSet.all(MockModel.VOCABULARY), new WorkerPool(2), options);
  }

  private void reopen(EngineOptions options, int cacheRows) {
    engine.close();
    cache = new ImageCache(encoder, (long) cacheRows * PictureEncoder.ROW_BYTES);
    engine = engine(options);
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
