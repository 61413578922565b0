package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.cache.KvCache;
import io.maque.cache.KvLayout;
import io.maque.engine.Pictures.Picture;
import io.maque.engine.Plan.Chunk;
import io.maque.model.ImageEmbedding;
import io.maque.sampling.TokenSet;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the scheduler decides about pictures: ten tokens a pass, six of prompts beside streams, room
 * for ten rows.
 */
class SchedulerImagesTest {
  private static final Picture LARGE = Pictures.picture(1, 4, 2);
  private static final Picture SMALL = Pictures.picture(2, 2, 2);

  private final EngineOptions options = new EngineOptions(32, 4, 10, 10, 6, 4, 40, TensorType.F32);
  private final KvCache kvCache =
      new KvCache(new KvLayout(1, 1, 1, 1, 4, TensorType.F32), options.kvBlocks());
  private final ImageCache images =
      new ImageCache(new PictureEncoder(), 10 * PictureEncoder.ROW_BYTES);
  private final Scheduler scheduler = new Scheduler(kvCache, options);

  @AfterEach
  void close() {
    kvCache.close();
    images.close();
  }

  @Test
  void aPromptWithoutRowsWaitsAndOthersGoOn() {
    Sequence waiting = add(1, SMALL, 2);
    Sequence text = add(3, 4, 5);

    assertThat(plan()).containsExactly(new Chunk(text, 3));
    assertThat(next()).contains(waiting);
    encode(SMALL);
    assertThat(plan()).containsExactly(new Chunk(waiting, 6), new Chunk(text, 3));
    assertThat(next()).isEmpty();
  }

  @Test
  void rowsAreHeldFromTheFirstToTheLast() {
    encode(LARGE);
    Sequence reading = add(1, LARGE, 2, 3, 4);

    assertThat(plan()).containsExactly(new Chunk(reading, 10));
    assertThat(reading.images().holding()).isTrue();
    scheduler.advance(new Chunk(reading, 10));
    assertThat(reading.images().holding()).isFalse();
  }

  @Test
  void whatIsPreemptedOrOverLetsGo() {
    encode(SMALL);
    Sequence reading = add(1, SMALL, 2);
    plan();
    assertThat(reading.images().holding()).isTrue();
    reading.preempt();
    assertThat(reading.images().holding()).isFalse();
    reading.start(0);
    reading.prepare(1, 10);
    assertThat(reading.images().holding()).isTrue();
    scheduler.finish(reading, false);
    assertThat(reading.images().holding()).isFalse();
  }

  @Test
  void whatComesFirstIsEncodedFirst() {
    Sequence first = add(1, LARGE);
    plan();
    Sequence second = add(2, SMALL);
    plan();

    assertThat(next()).contains(first);
    scheduler.finish(first, true);
    assertThat(next()).contains(second);
  }

  /** Beside eight rows that are read now there is room for no other eight, but for four or two. */
  @Test
  void nobodyOvertakesAPictureThatDoesNotFit() {
    Sequence reading = add(1, Pictures.picture(3, 4, 2), 2);
    encode(Pictures.picture(3, 4, 2));
    Sequence large = add(3, LARGE);
    add(4, Pictures.picture(4, 1, 2));
    plan();

    assertThat(next()).isEmpty();
    scheduler.advance(new Chunk(reading, 10));
    assertThat(next()).contains(large);
  }

  @Test
  void theOldestDoesNotWaitForRoom() {
    Sequence oldest = add(3, LARGE);
    add(1, Pictures.picture(3, 4, 2), 2);
    encode(Pictures.picture(3, 4, 2));
    plan();

    assertThat(images.fits(oldest.images().missing().grid())).isFalse();
    assertThat(next()).contains(oldest);
  }

  private Optional<Sequence> next() {
    return scheduler.nextForRows(image -> images.fits(image.grid()));
  }

  private List<Chunk> plan() {
    return scheduler.schedule().chunks();
  }

  private Sequence add(Object... parts) {
    TokenRequest request = Pictures.request(images, parts);
    Sequence sequence =
        new CompletionSequence(
            request,
            new PromptImages(request.images(), Optional.of(images)),
            new Recorder(),
            TokenSet.all(MockModel.VOCABULARY),
            32);
    scheduler.add(sequence);
    return sequence;
  }

  /** Puts rows into the cache, as the engine does. */
  private void encode(Picture picture) {
    Arena arena = Arena.ofShared();
    KnownImage known = picture.in(images);
    images.put(known.id(), ImageEmbedding.allocate(arena, known.grid(), 2, 0), arena, 1);
  }
}
