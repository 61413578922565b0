package io.maque.hub.quantize;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufWriter;
import io.maque.hub.transfer.Disk;
import io.maque.kernel.Workers;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * A GGUF file in the making. It has a temporary name beside its own until it is complete, on the
 * disk, and reopens with all that was promised; closing a draft that was not installed leaves
 * nothing.
 */
public final class GgufDraft implements AutoCloseable {
  /** Metadata takes little beside tensors; this much is more than any vocabulary needs. */
  private static final long METADATA_BYTES = 64L << 20;

  private static final String PART_NAME = ".*-\\d{5}-of-\\d{5}\\.gguf";
  private static final int COPY_BYTES = 4 << 20;

  private final Path target;
  private final Path draft;
  private final boolean force;

  /**
   * What a finished draft holds.
   *
   * @param fileBytes size of the file
   * @param tensorBytes bytes of all tensors
   * @param weights number of all tensors' elements
   * @param tensors how many tensors have each format
   */
  public record Content(
      long fileBytes, long tensorBytes, long weights, Map<TensorType, Integer> tensors) {}

  /**
   * Chooses the names; touches nothing.
   *
   * @param force whether a file that exists may be replaced
   */
  public GgufDraft(Path target, boolean force) {
    this.target = target.toAbsolutePath();
    this.draft =
        this.target.resolveSibling(
            ".%s.%s.part".formatted(target.getFileName(), UUID.randomUUID()));
    this.force = force;
  }

  /** Where the file will be. */
  public Path target() {
    return target;
  }

  /**
   * Fails unless a file may be made here.
   *
   * @param sources which are never replaced
   * @throws QuantizeException naming what is in the way
   */
  public void requireFreeName(List<Path> sources) throws IOException {
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
    for (Path source : sources) {
      if (Files.isSameFile(source, target)) {
        throw new QuantizeException(
            "%s is the source itself, which is never replaced; name another file"
                .formatted(target));
      }
    }
    if (!force) {
      throw exists();
    }
  }

  private QuantizeException exists() {
    return new QuantizeException(
        "%s exists; name another file, or replace it with --force".formatted(target));
  }

  /** Fails with a sentence unless tensors of {@code tensorBytes} fit on the disk. */
  public void requireSpace(Disk disk, long tensorBytes) throws IOException {
    long needed = Disk.MARGIN_BYTES + METADATA_BYTES + tensorBytes;
    Path folder = target.getParent();
    long usable = disk.usableBytes(folder);
    if (usable < needed) {
      throw new QuantizeException(
          "the new file needs %d MB and %s has %d MB free; free some space or name a file on a larger disk"
              .formatted(Math.ceilDiv(needed, 1_000_000L), folder, usable / 1_000_000));
    }
  }

  /**
   * Writes metadata and tensors under the temporary name and reads them back.
   *
   * @param writer holds the metadata
   * @param types the format of each tensor
   * @param done told after each piece how many bytes of the source it held; may end the work by
   *     throwing
   * @throws QuantizeException when a value does not fit its format, or the file reads back
   *     otherwise
   */
  public Content write(
      GgufWriter writer,
      List<WeightSource> tensors,
      Function<WeightSource, TensorType> types,
      Workers workers,
      LongConsumer done)
      throws IOException {
    TensorEncoder encoder = new TensorEncoder(workers);
    for (WeightSource tensor : tensors) {
      TensorType type = types.apply(tensor);
      boolean copied = type == tensor.type() && tensor.bytes().isPresent();
      writer.tensor(
          tensor.name(),
          type,
          tensor.shape(),
          copied
              ? channel -> copy(tensor.bytes().get(), channel, done)
              : channel -> encoder.write(tensor, type, channel, done));
    }
    try (FileChannel channel = FileChannel.open(draft, CREATE_NEW, WRITE)) {
      writer.writeTo(channel);
      channel.force(true);
    }
    return verified(tensors, types);
  }

  private static void copy(MemorySegment bytes, WritableByteChannel target, LongConsumer done)
      throws IOException {
    for (long from = 0; from < bytes.byteSize(); from += COPY_BYTES) {
      long count = Math.min(COPY_BYTES, bytes.byteSize() - from);
      ByteBuffer piece = bytes.asSlice(from, count).asByteBuffer();
      while (piece.hasRemaining()) {
        target.write(piece);
      }
      done.accept(count);
    }
  }

  /** Every tensor with the format and the shape that it should have. */
  private Content verified(List<WeightSource> sources, Function<WeightSource, TensorType> types)
      throws IOException {
    try (GgufFile written = GgufFile.open(draft)) {
      Map<TensorType, Integer> tensors = new EnumMap<>(TensorType.class);
      long bytes = 0;
      long weights = 0;
      for (WeightSource source : sources) {
        Tensor tensor = written.tensor(source.name());
        TensorType type = types.apply(source);
        if (tensor.type() != type || !tensor.shape().equals(source.shape())) {
          throw new QuantizeException(
              "tensor %s: expected %s %s in the new file, found %s %s; the disk or its driver is at fault"
                  .formatted(source.name(), type, source.shape(), tensor.type(), tensor.shape()));
        }
        tensors.merge(tensor.type(), 1, Integer::sum);
        bytes += tensor.data().byteSize();
        weights += tensor.shape().elements();
      }
      return new Content(Files.size(draft), bytes, weights, tensors);
    }
  }

  /**
   * Gives the file its name.
   *
   * @throws QuantizeException when a file of this name has appeared meanwhile and is not to be
   *     replaced
   */
  public void install() throws IOException {
    if (force) {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      Files.move(draft, target);
    } catch (FileAlreadyExistsException e) {
      throw exists();
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(draft);
  }
}
