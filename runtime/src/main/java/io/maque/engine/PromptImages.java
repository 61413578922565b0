package io.maque.engine;

import io.maque.model.ImageEmbedding;
import io.maque.model.ImageSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pictures of a prompt on its way through the model. The prompt holds the rows of a picture
 * from when it comes to them until all of them are computed. Used by the engine thread.
 */
final class PromptImages {
  /** Nothing is in the way of the tokens. */
  static final int END = Integer.MAX_VALUE;

  private final List<PromptImage> images;

  /** Empty only where there are no pictures. */
  private final Optional<ImageCache> cache;

  private List<ImageSpan> spans;

  /** Pictures whose rows are all computed; those from here on to {@link #held} are held. */
  private int passed;

  private int held;

  /**
   * @param cache there when there are pictures
   */
  PromptImages(List<PromptImage> images, Optional<ImageCache> cache) {
    this.images = images;
    this.cache = cache;
    this.spans =
        images.stream()
            .map(image -> new ImageSpan(image.begin(), image.grid(), Optional.empty()))
            .toList();
  }

  /** Of a text without pictures. */
  static PromptImages none() {
    return new PromptImages(List.of(), Optional.empty());
  }

  /** Positions of all pictures. */
  int tokens() {
    return images.stream().mapToInt(image -> image.grid().tokens()).sum();
  }

  /** All pictures, with their rows where they are held. */
  List<ImageSpan> spans() {
    return spans;
  }

  /** Keys and values of the first tokens are there: their pictures are not needed. */
  void start(int computed) {
    while (passed < images.size() && images.get(passed).end() <= computed) {
      passed++;
    }
    held = passed;
  }

  /**
   * Takes hold of what is in the cache of the pictures that come next.
   *
   * @param computed positions before it are computed
   * @param soon how many tokens to look ahead
   * @return the position before which everything can be computed
   */
  int hold(int computed, int soon) {
    while (held < images.size() && images.get(held).begin() < computed + soon) {
      Optional<ImageEmbedding> rows = cache.orElseThrow().hold(images.get(held).id());
      if (rows.isEmpty()) {
        break;
      }
      show(held++, rows);
    }
    return held == images.size() ? END : images.get(held).begin();
  }

  /** Whether rows are held. */
  boolean holding() {
    return held > passed;
  }

  /** The first picture whose rows are neither computed nor held. */
  PromptImage missing() {
    return images.get(held);
  }

  /** Whether the rows of a picture are still to be held. */
  boolean wants(int id) {
    return images.subList(held, images.size()).stream().anyMatch(image -> image.id() == id);
  }

  /** Positions before {@code computed} are computed: lets go of pictures that end there. */
  void advance(int computed) {
    while (passed < held && images.get(passed).end() <= computed) {
      letGo(passed++);
    }
  }

  /** Lets go of all pictures; they are wanted from the first one on when there is a next time. */
  void letGo() {
    while (passed < held) {
      letGo(passed++);
    }
    passed = 0;
    held = 0;
  }

  private void letGo(int index) {
    cache.orElseThrow().letGo(images.get(index).id());
    show(index, Optional.empty());
  }

  private void show(int index, Optional<ImageEmbedding> rows) {
    PromptImage image = images.get(index);
    List<ImageSpan> changed = new ArrayList<>(spans);
    changed.set(index, new ImageSpan(image.begin(), image.grid(), rows));
    spans = List.copyOf(changed);
  }
}
