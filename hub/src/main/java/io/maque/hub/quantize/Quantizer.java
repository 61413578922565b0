package io.maque.hub.quantize;

import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufFormatException;
import io.maque.gguf.GgufMetadata;
import io.maque.gguf.GgufWriter;
import io.maque.hub.transfer.Disk;
import io.maque.kernel.Machine;
import io.maque.kernel.WorkerPool;
import io.maque.kernel.Workers;
import io.maque.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;

/**
 * Makes a smaller GGUF file of one. Tensors are read where the source is mapped and written one
 * after the other, so memory is bounded whatever the size of the model. The new file is written
 * under a temporary name and gets its own only when it is complete, on the disk, and reopens with
 * all that was promised; after a failure nothing is left.
 *
 * <p>One object quantises one file; {@link #cancel} may come from any thread.
 */
public final class Quantizer {
  private static final String FILE_TYPE = "general.file_type";
  private static final String QUANTIZATION_VERSION = "general.quantization_version";

  /** The version of the block formats; no other is in use. */
  private static final int VERSION = 2;

  /** What a source that is split says about its parts. */
  private static final Set<String> SPLIT_KEYS =
      Set.of("split.no", "split.count", "split.tensors.count");

  private final QuantizeOptions options;
  private final QuantizeProgress progress;
  private final Disk disk;
  private volatile boolean cancelled;

  /** Quantises on this machine. */
  public Quantizer(QuantizeOptions options, QuantizeProgress progress) {
    this(options, progress, Disk.SYSTEM);
  }

  Quantizer(QuantizeOptions options, QuantizeProgress progress, Disk disk) {
    this.options = options;
    this.progress = progress;
    this.disk = disk;
  }

  /** Ends {@link #quantize} soon, with a {@link CancellationException}. */
  public void cancel() {
    cancelled = true;
  }

  /**
   * Writes {@code source}, or all parts of it when it is split, to one file {@code target}.
   *
   * @throws QuantizeException when the target exists and is not to be replaced, the source is
   *     quantised already and not to be again, its values do not fit, or the disk is too small
   * @throws GgufFormatException when the source is not a sound GGUF file
   * @throws UncheckedIOException when the disk refuses
   * @throws CancellationException after {@link #cancel}
   */
  public QuantizeReport quantize(Path source, Path target) {
    try (GgufFile file = GgufFile.open(source);
        GgufDraft draft = new GgufDraft(target, options.force())) {
      draft.requireFreeName(List.of(source));
      List<WeightSource> tensors = file.tensors().stream().map(WeightSource::of).toList();
      Mixture mixture = new Mixture(options.type(), file.metadata(), tensors);
      requireOriginals(file, mixture);
      draft.requireSpace(
          disk,
          tensors.stream()
              .mapToLong(tensor -> tensor.byteSize(mixture.type(tensor.name())) + file.alignment())
              .sum());
      return write(file, tensors, mixture, draft);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write %s: %s".formatted(target, e.getMessage()), e);
    }
  }

  private void requireOriginals(GgufFile file, Mixture mixture) {
    for (Tensor tensor : file.tensors()) {
      boolean changes = mixture.type(tensor.name()) != tensor.type();
      if (changes && tensor.type().blockSize() > 1 && !options.allowRequantize()) {
        throw new QuantizeException(
            "tensor %s is %s already, and quantising it again loses more than starting from F32, F16 or BF16; take such a file, or accept it with --allow-requantize"
                .formatted(tensor.name(), tensor.type()));
      }
    }
  }

  private QuantizeReport write(
      GgufFile file, List<WeightSource> tensors, Mixture mixture, GgufDraft draft)
      throws IOException {
    long sourceBytes = file.tensors().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
    try (Workers workers = new WorkerPool(threads())) {
      GgufWriter writer = new GgufWriter();
      putMetadata(writer, file.metadata());
      GgufDraft.Content content =
          draft.write(
              writer, tensors, tensor -> mixture.type(tensor.name()), workers, done(sourceBytes));
      draft.install();
      return new QuantizeReport(
          sourceBytes,
          content.fileBytes(),
          content.weights(),
          content.tensorBytes(),
          content.tensors(),
          mixture.gaveWay());
    }
  }

  private LongConsumer done(long total) {
    return new LongConsumer() {
      private long sum;

      @Override
      public void accept(long bytes) {
        sum += bytes;
        progress.update(sum, total);
        if (cancelled) {
          throw new CancellationException("quantising was cancelled");
        }
      }
    };
  }

  private int threads() {
    return options.threads() == 0 ? Machine.current().processors() : options.threads();
  }

  private void putMetadata(GgufWriter writer, GgufMetadata metadata) {
    metadata
        .values()
        .forEach((key, value) -> {
          boolean ours = key.equals(FILE_TYPE) || key.equals(QUANTIZATION_VERSION);
          if (!ours && !SPLIT_KEYS.contains(key)) {
            writer.put(key, metadata.type(key), value);
          }
        });
    writer.put(QUANTIZATION_VERSION, VERSION).put(FILE_TYPE, options.type().number());
  }
}
