package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.metrics.Deadline;
import io.maque.model.ImageEmbedding;
import io.maque.sampling.SamplingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Prompts of tokens and pictures for tests. */
final class Pictures {
  static final Preprocessing PREPROCESSING = Preprocessing.llava(4);

  static final SamplingOptions SAMPLING = SamplingOptions.builder().seed(11).build();

  private Pictures() {}

  /** A picture; the same number is the same picture. */
  record Picture(int number, int rows, int columns) {

    Size size() {
      return new Size(columns, rows);
    }

    PixelTensor pixels() {
      float[] values = new float[3 * rows * columns];
      values[0] = number;
      return new PixelTensor(values, size(), size());
    }

    KnownImage in(ImageCache cache) {
      return cache.add(new ImageKey("picture " + this, PREPROCESSING), size(), size());
    }

    /** The values that a model sees in its place. */
    IntStream values() {
      return IntStream.range(0, rows * columns).map(row -> PictureEncoder.value(number, row));
    }
  }

  static Picture picture(int number, int rows, int columns) {
    return new Picture(number, rows, columns);
  }

  /** Tokens as integers and pictures, in order. */
  static TokenRequest request(ImageCache cache, Object... parts) {
    return new Asking(4, Optional.empty(), true, -1).request(cache, List.of(parts));
  }

  /** The values that a model sees of some parts. */
  static IntStream values(List<?> parts) {
    return parts.stream()
        .flatMapToInt(part ->
            part instanceof Picture picture ? picture.values() : IntStream.of((Integer) part));
  }

  /** A request but for its prompt. */
  record Asking(
      int maxTokens, Optional<Deadline> deadline, boolean reuseCache, int promptLogprobs) {

    TokenRequest request(ImageCache cache, List<?> parts) {
      return request(cache, parts, SAMPLING);
    }

    TokenRequest request(ImageCache cache, List<?> parts, SamplingOptions sampling) {
      List<Integer> prompt = new ArrayList<>();
      List<PromptImage> images = new ArrayList<>();
      for (Object part : parts) {
        if (part instanceof Picture picture) {
          KnownImage known = picture.in(cache);
          images.add(image(prompt.size(), known, picture::pixels));
          IntStream.range(0, known.grid().tokens()).forEach(row -> prompt.add(known.id()));
        } else {
          prompt.add((Integer) part);
        }
      }
      return new TokenRequest(
          prompt.stream().mapToInt(id -> id).toArray(),
          images,
          sampling,
          maxTokens,
          Set.of(),
          -1,
          promptLogprobs,
          Optional.empty(),
          deadline,
          reuseCache);
    }
  }

  static PromptImage image(int begin, KnownImage known, Supplier<PixelTensor> pixels) {
    return new PromptImage(begin, known.grid(), known.id(), pixels);
  }

  static List<Integer> asText(Object... parts) {
    return asTextOf(4, parts);
  }

  /** What the model says to the values of the rows, as if they were tokens, computed at once. */
  static List<Integer> asTextOf(int maxTokens, Object... parts) {
    return MockModel.completion(maxTokens, SAMPLING, values(List.of(parts)));
  }

  static TokenRequest with(TokenRequest request, PromptImage image) {
    return with(request, request.prompt(), List.of(image));
  }

  static TokenRequest with(TokenRequest request, int[] prompt, List<PromptImage> images) {
    return new TokenRequest(
        prompt,
        images,
        request.sampling(),
        request.maxTokens(),
        request.endTokens(),
        request.topLogprobs(),
        request.promptLogprobs(),
        request.constraint(),
        request.deadline(),
        request.reuseCache());
  }

  static boolean alive(ImageEmbedding embedding) {
    return embedding.rows().data().scope().isAlive();
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
