package io.maque.bench.image;

import io.maque.boot.ImageEncoders;
import io.maque.boot.KernelLadder;
import io.maque.gguf.GgufFile;
import io.maque.image.PixelTensor;
import io.maque.image.RgbImage;
import io.maque.image.Size;
import io.maque.kernel.WorkerPool;
import io.maque.metrics.Stopwatch;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/** The time from pixels to the rows that a text model takes. */
public final class ImageEncoding {
  private ImageEncoding() {}

  /**
   * Prints the time of the first picture, which also brings the weights into memory, and of those
   * after it.
   *
   * @param size of the pictures; empty for the one whose positions the encoder has
   * @param rounds pictures after the first, at least 1
   */
  public static void print(
      Path mmproj, Optional<Size> size, int threads, int rounds, PrintStream out) {
    try (GgufFile file = GgufFile.open(mmproj);
        WorkerPool workers = new WorkerPool(threads)) {
      ImageEncoder encoder = ImageEncoders.load(file, KernelLadder.choose(Optional.empty()));
      PixelTensor pixels = noise(size.orElseGet(() -> ownSize(file)));
      int tokens = encoder.grid(pixels.processed()).tokens();
      double first = milliseconds(encoder, pixels, workers);
      double[] millis = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        millis[i] = milliseconds(encoder, pixels, workers);
      }
      Arrays.sort(millis);
      out.printf(
          "%s: %s pixels, %d image tokens, %d threads: first %.0f ms; of %d more the best"
              + " %.0f ms, median %.0f ms%n",
          mmproj.getFileName(),
          pixels.processed(),
          tokens,
          threads,
          first,
          rounds,
          millis[0],
          millis[rounds / 2]);
    }
  }

  private static double milliseconds(ImageEncoder encoder, PixelTensor pixels, WorkerPool workers) {
    Stopwatch watch = Stopwatch.start();
    try (Arena arena = Arena.ofShared();
        Arena scratch = Arena.ofShared()) {
      ImageEmbedding out = encoder.newEmbedding(arena, pixels.processed());
      encoder.encode(pixels, out, scratch, workers, () -> true);
    }
    return watch.elapsedMillis();
  }

  /** The size whose positions an encoder has. */
  public static Size ownSize(GgufFile mmproj) {
    int side = Math.toIntExact(mmproj.metadata().integer("clip.vision.image_size"));
    return new Size(side, side);
  }

  /** A picture of noise. */
  public static PixelTensor noise(Size size) {
    Random random = new Random(1);
    float[] values = new float[Math.toIntExact(RgbImage.CHANNELS * size.pixels())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new PixelTensor(values, size, size);
  }
}
