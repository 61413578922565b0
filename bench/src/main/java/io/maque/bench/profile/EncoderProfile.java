package io.maque.bench.profile;

import io.maque.bench.image.ImageEncoding;
import io.maque.boot.ImageEncoders;
import io.maque.boot.KernelLadder;
import io.maque.gguf.GgufFile;
import io.maque.image.PixelTensor;
import io.maque.image.Size;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.WorkerPool;
import io.maque.kernel.Workers;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the time of an image encoder goes. */
public final class EncoderProfile {
  /** What is not counted: the JVM compiles, the file comes into memory. */
  private static final int WARM_UP_PICTURES = 2;

  private EncoderProfile() {}

  /**
   * Prints the profile of one picture.
   *
   * @param wanted size of the pictures; empty for the one whose positions the encoder has
   * @param pictures measured
   */
  public static void print(Path mmproj, Optional<Size> wanted, int pictures, PrintStream out) {
    Tally tally = new Tally();
    int threads = Machine.current().processors();
    try (GgufFile file = GgufFile.open(mmproj);
        WorkerPool workers = new WorkerPool(threads)) {
      TimedProvider timed =
          new TimedProvider(KernelLadder.choose(Optional.empty()), new WeightNames(file), tally);
      ImageEncoder encoder =
          ImageEncoders.load(file, Kernels.choose(List.of(timed), Machine.current()));
      Size size = wanted.orElseGet(() -> ImageEncoding.ownSize(file));
      PixelTensor pixels = ImageEncoding.noise(size);
      encode(encoder, pixels, WARM_UP_PICTURES, workers);
      Profile.of(
              "Picture of %s pixels".formatted(size),
              pictures,
              threads,
              tally,
              picture -> encode(encoder, pixels, 1, new TimedWorkers(workers, tally)))
          .print(out);
    }
  }

  private static void encode(
      ImageEncoder encoder, PixelTensor pixels, int pictures, Workers workers) {
    for (int i = 0; i < pictures; i++) {
      try (Arena arena = Arena.ofShared();
          Arena scratch = Arena.ofShared()) {
        ImageEmbedding out = encoder.newEmbedding(arena, pixels.processed());
        encoder.encode(pixels, out, scratch, workers, () -> true);
      }
    }
  }
}
