package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageGrid;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageCacheTest {
  private static final Preprocessing LOW = Preprocessing.llava(56);
  private static final Preprocessing HIGH = Preprocessing.llava(112);
  private static final Size SIZE = new Size(3, 2);
  private static final ImageGrid GRID = new ImageGrid(2, 3);
  private static final int BYTES = 6 * PictureEncoder.ROW_BYTES;

  private final ImageCache cache = new ImageCache(new PictureEncoder(), 2 * BYTES);
  private final List<ImageEmbedding> rows = new ArrayList<>();

  @AfterEach
  void close() {
    cache.close();
    assertThat(rows).noneMatch(ImageCacheTest::alive);
  }

  @Test
  void theKeyIsTheBytesAndWhatBecomesOfThem() {
    byte[] file = {1, 2, 3};
    assertThat(ImageKey.of(file, LOW)).isEqualTo(ImageKey.of(new byte[] {1, 2, 3}, LOW));
    assertThat(ImageKey.of(file, LOW)).isNotEqualTo(ImageKey.of(file, HIGH));
    assertThat(ImageKey.of(file, LOW)).isNotEqualTo(ImageKey.of(new byte[] {1, 2, 4}, LOW));
    assertThat(ImageKey.of(new byte[0], LOW).sha256())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void equalPicturesHaveOneNameAndOthersAnother() {
    KnownImage first = cache.add(key(1, LOW), new Size(9, 9), SIZE);

    assertThat(first).isEqualTo(new KnownImage(-1, GRID, new Size(9, 9), SIZE));
    assertThat(cache.add(key(1, LOW), new Size(9, 9), SIZE)).isEqualTo(first);
    assertThat(cache.add(key(1, HIGH), new Size(9, 9), SIZE).id()).isEqualTo(-2);
    assertThat(cache.add(key(2, LOW), new Size(9, 9), SIZE).id()).isEqualTo(-3);
    assertThat(cache.gaveOut(-3)).isTrue();
    assertThat(cache.gaveOut(-4)).isFalse();
    assertThat(cache.gaveOut(0)).isFalse();
  }

  @Test
  void aPictureIsFoundWhileItsRowsAreHere() {
    KnownImage known = cache.add(key(1, LOW), SIZE, SIZE);
    assertThat(cache.find(key(1, LOW))).isEmpty();
    put(known.id());

    assertThat(cache.find(key(1, LOW))).contains(known);
    assertThat(cache.find(key(1, HIGH))).isEmpty();
    cache.makeRoom(2 * BYTES);
    assertThat(cache.find(key(1, LOW))).isEmpty();
    assertThat(alive(rows.getFirst())).isFalse();
  }

  @Test
  void whatWasUsedLongestAgoGoesFirstAndWhatIsHeldStays() {
    int a = cache.add(key(1, LOW), SIZE, SIZE).id();
    int b = cache.add(key(2, LOW), SIZE, SIZE).id();
    put(a);
    put(b);
    cache.find(key(1, LOW));
    cache.makeRoom(BYTES);
    assertThat(rows).map(ImageCacheTest::alive).containsExactly(true, false);

    assertThat(cache.hold(a)).contains(rows.getFirst());
    put(b);
    assertThat(cache.fits(GRID)).isTrue();
    cache.makeRoom(2 * BYTES);
    assertThat(rows).map(ImageCacheTest::alive).containsExactly(true, false, false);
    assertThat(cache.hold(b)).isEmpty();

    put(b);
    cache.hold(b);
    assertThat(cache.fits(GRID)).isFalse();
    cache.letGo(b);
    cache.letGo(a);
    assertThat(cache.fits(new ImageGrid(1000, 1000))).as("when nobody holds any").isTrue();
  }

  @Test
  void onlyRowsThatWereThereAreHits() {
    int id = cache.add(key(1, LOW), SIZE, SIZE).id();
    cache.hold(id);
    put(id);
    cache.hold(id);
    assertThat(cache.statistics()).isEqualTo(new ImageStatistics(1, 0, 2.5, BYTES));
    cache.hold(id);
    assertThat(cache.statistics()).isEqualTo(new ImageStatistics(1, 1, 2.5, BYTES));
    cache.letGo(id);
    cache.letGo(id);
  }

  @Test
  void threadsThatNameOnePictureAgree() throws Exception {
    Set<Integer> ids = new HashSet<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        int number = i % 10;
        tasks.add(() -> cache.add(key(number, LOW), SIZE, SIZE).id());
      }
      for (Future<Integer> id : threads.invokeAll(tasks)) {
        ids.add(id.get());
      }
    }
    assertThat(ids).hasSize(10);
  }

  @Test
  void namesAreBoundedAndNeverGivenTwice() {
    int first = cache.add(key(0, LOW), SIZE, SIZE).id();
    for (int i = 1; i <= 1 << 16; i++) {
      cache.add(key(i, LOW), SIZE, SIZE);
    }
    int again = cache.add(key(0, LOW), SIZE, SIZE).id();

    assertThat(again).isLessThan(first).isEqualTo(-(1 << 16) - 2);
    assertThat(cache.gaveOut(first)).isTrue();
  }

  @Test
  void aNegativeCapacityIsRefused() {
    assertThatThrownBy(() -> new ImageCache(new PictureEncoder(), -1))
        .hasMessageContaining("0 or more bytes, found -1");
  }

  private static ImageKey key(int number, Preprocessing preprocessing) {
    return new ImageKey("picture " + number, preprocessing);
  }

  private void put(int id) {
    Arena arena = Arena.ofShared();
    ImageEmbedding embedding = ImageEmbedding.allocate(arena, GRID, 2, 0);
    rows.add(embedding);
    cache.put(id, embedding, arena, 2.5);
  }

  private static boolean alive(ImageEmbedding embedding) {
    return embedding.rows().data().scope().isAlive();
  }
}
