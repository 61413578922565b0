package io.maque.hub.quantize;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufFormatException;
import io.maque.gguf.GgufMetadata;
import io.maque.gguf.GgufWriter;
import io.maque.hub.transfer.Disk;
import io.maque.kernel.Machine;
import io.maque.kernel.WorkerPool;
import io.maque.kernel.Workers;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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

  private static final String PART_NAME = ".*-\\d{5}-of-\\d{5}\\.gguf";
  private static final int COPY_BYTES = 4 << 20;

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
    Path absolute = target.toAbsolutePath();
    try (GgufFile file = GgufFile.open(source)) {
      requireTarget(source, absolute);
      Mixture mixture = new Mixture(options.type(), file.metadata(), file.tensors());
      requireOriginals(file, mixture);
      requireSpace(file, mixture, absolute.getParent());
      return write(file, mixture, absolute);
    } catch (FileAlreadyExistsException e) {
      throw new QuantizeException(exists(target), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write %s: %s".formatted(target, e.getMessage()), e);
    }
  }

  private void requireTarget(Path source, Path target) throws IOException {
    if (Files.isDirectory(target)) {
      throw new QuantizeException("%s is a folder; name the new file".formatted(target));
    }
    if (!Files.isDirectory(target.getParent())) {
      throw new QuantizeException(
          "no folder %s for the new file; create it first".formatted(target.getParent()));
    }
    if (target.getFileName().toString().matches(PART_NAME)) {
      throw new QuantizeException(
          "%s is the name of a part of a split model and the new file is one whole; choose another"
              .formatted(target.getFileName()));
    }
    if (!Files.exists(target)) {
      return;
    }
    if (Files.isSameFile(source, target)) {
      throw new QuantizeException(
          "%s is the source itself, which is never replaced; name another file".formatted(target));
    }
    if (!options.force()) {
      throw new QuantizeException(exists(target));
    }
  }

  private static String exists(Path target) {
    return "%s exists; name another file, or replace it with --force".formatted(target);
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

  private void requireSpace(GgufFile file, Mixture mixture, Path folder) throws IOException {
    long needed = Disk.MARGIN_BYTES;
    for (Tensor tensor : file.tensors()) {
      needed += bytes(tensor, mixture.type(tensor.name())) + file.alignment();
    }
    long usable = disk.usableBytes(folder);
    if (usable < needed) {
      throw new QuantizeException(
          "the new file needs %d MB and %s has %d MB free; free some space or name a file on a larger disk"
              .formatted(Math.ceilDiv(needed, 1_000_000L), folder, usable / 1_000_000));
    }
  }

  private static long bytes(Tensor tensor, TensorType type) {
    return type.bytes(tensor.shape().columns()) * tensor.shape().rows();
  }

  private QuantizeReport write(GgufFile file, Mixture mixture, Path target) throws IOException {
    Path draft =
        target.resolveSibling(".%s.%s.part".formatted(target.getFileName(), UUID.randomUUID()));
    try (Workers workers = new WorkerPool(threads())) {
      GgufWriter writer = new GgufWriter();
      putMetadata(writer, file.metadata());
      putTensors(writer, file, mixture, new TensorEncoder(workers));
      try (FileChannel channel = FileChannel.open(draft, CREATE_NEW, WRITE)) {
        writer.writeTo(channel);
        channel.force(true);
      }
      QuantizeReport report = verified(draft, file, mixture);
      install(draft, target);
      return report;
    } finally {
      Files.deleteIfExists(draft);
    }
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

  private void putTensors(
      GgufWriter writer, GgufFile file, Mixture mixture, TensorEncoder encoder) {
    long total = sourceBytes(file);
    LongConsumer done =
        new LongConsumer() {
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
    for (Tensor tensor : file.tensors()) {
      TensorType type = mixture.type(tensor.name());
      writer.tensor(
          tensor.name(),
          type,
          tensor.shape(),
          type == tensor.type()
              ? channel -> copy(tensor, channel, done)
              : channel -> encoder.write(tensor, type, channel, done));
    }
  }

  private static void copy(Tensor tensor, WritableByteChannel target, LongConsumer done)
      throws IOException {
    long size = tensor.data().byteSize();
    for (long from = 0; from < size; from += COPY_BYTES) {
      long count = Math.min(COPY_BYTES, size - from);
      ByteBuffer piece = tensor.data().asSlice(from, count).asByteBuffer();
      while (piece.hasRemaining()) {
        target.write(piece);
      }
      done.accept(count);
    }
  }

  private static long sourceBytes(GgufFile file) {
    return file.tensors().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
  }

  /** Reads the new file back: every tensor, with the format and the shape that it should have. */
  private QuantizeReport verified(Path draft, GgufFile source, Mixture mixture) throws IOException {
    try (GgufFile written = GgufFile.open(draft)) {
      Map<TensorType, Integer> tensors = new EnumMap<>(TensorType.class);
      long weights = 0;
      for (Tensor original : source.tensors()) {
        Tensor tensor = written.tensor(original.name());
        if (tensor.type() != mixture.type(original.name())
            || !tensor.shape().equals(original.shape())) {
          throw new QuantizeException(
              "tensor %s: expected %s %s in the new file, found %s %s; the disk or its driver is at fault"
                  .formatted(
                      original.name(),
                      mixture.type(original.name()),
                      original.shape(),
                      tensor.type(),
                      tensor.shape()));
        }
        tensors.merge(tensor.type(), 1, Integer::sum);
        weights += tensor.shape().elements();
      }
      return new QuantizeReport(
          sourceBytes(source),
          Files.size(draft),
          weights,
          sourceBytes(written),
          tensors,
          mixture.gaveWay());
    }
  }

  private void install(Path draft, Path target) throws IOException {
    if (options.force()) {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } else {
      // Fails where a file of this name has appeared meanwhile.
      Files.move(draft, target);
    }
  }
}
