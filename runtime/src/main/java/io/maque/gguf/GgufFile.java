package io.maque.gguf;

import io.maque.gguf.SplitFiles.Part;
import io.maque.tensor.Tensor;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open GGUF model: metadata and tensors of one file, or of all parts of a split one.
 *
 * <p>Nothing is copied: the data of a tensor is a slice of the mapped file, and arrays of strings
 * are decoded when read ({@link GgufStrings}). Opening costs time and heap in proportion to the
 * header, not to the file.
 *
 * <p><b>Threads.</b> Immutable; every thread may read. After {@link #close()} reading a tensor or a
 * string array throws {@link IllegalStateException}; scalar metadata stays readable.
 *
 * <p><b>Trust.</b> {@link #open} proves every count, length and offset against the file; see there
 * what is refused. A file that another process truncates while it is open is described at {@link
 * io.maque.memory.FileMapping}.
 *
 * <p>Format: the GGUF specification of the ggml project, versions 2 and 3, little-endian.
 */
public final class GgufFile implements AutoCloseable {
  private final Path path;
  private final Arena arena;
  private final GgufHeader header;
  private final Map<String, Tensor> tensors;
  private final List<MemorySegment> mappings;

  private GgufFile(Path path, Arena arena, List<Part> parts) {
    this.path = path;
    this.arena = arena;
    this.header = parts.getFirst().header();
    this.tensors = join(parts);
    this.mappings = parts.stream().map(Part::segment).toList();
  }

  /**
   * Opens the file at {@code path}; when it is a part of a split model ({@code
   * NAME-00002-of-00003.gguf}), opens all parts.
   *
   * @throws GgufFormatException when a file is not GGUF version 2 or 3, is big-endian, is cut
   *     short, names a key or tensor twice, holds an unsupported tensor type, has tensors that
   *     overlap, are misaligned or reach beyond the file, has more than 256 MiB of header, or when
   *     a part is missing or belongs to another model
   * @throws UncheckedIOException when there is no such file or it cannot be read
   */
  public static GgufFile open(Path path) {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try {
      GgufFile file = new GgufFile(path, arena, SplitFiles.open(path, arena));
      opened = true;
      return file;
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  private static Map<String, Tensor> join(List<Part> parts) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Part part : parts) {
      for (TensorDirectory.Entry entry : part.header().tensors()) {
        Tensor tensor =
            new Tensor(
                entry.name(),
                entry.type(),
                entry.shape(),
                part.segment().asSlice(entry.offset(), entry.byteSize()));
        if (tensors.putIfAbsent(entry.name(), tensor) != null) {
          throw new GgufFormatException(
              "%s: tensor %s is also in an earlier part; fetch the parts again"
                  .formatted(part.file(), Quoted.of(entry.name())));
        }
      }
    }
    return tensors;
  }

  /** The path given to {@link #open}. */
  public Path path() {
    return path;
  }

  /** GGUF version, 2 or 3; of the first part when split. */
  public int version() {
    return header.version();
  }

  /** Key-value pairs; of the first part when split. */
  public GgufMetadata metadata() {
    return header.metadata();
  }

  /** Bytes to whose multiples tensor data is aligned in the file; of the first part when split. */
  public long alignment() {
    return header.alignment();
  }

  /** All tensors in file order, part by part. */
  public List<Tensor> tensors() {
    return List.copyOf(tensors.values());
  }

  /** The tensor called {@code name}, or empty. */
  public Optional<Tensor> findTensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /**
   * The tensor called {@code name}.
   *
   * @throws GgufFormatException when there is none
   */
  public Tensor tensor(String name) {
    return findTensor(name)
        .orElseThrow(() ->
            new GgufFormatException(
                "%s: tensor %s is missing; the file holds %d others"
                    .formatted(path.getFileName(), name, tensors.size())));
  }

  /** All of each file, in the order of the parts: what {@link #close} unmaps. */
  public List<MemorySegment> mappings() {
    return mappings;
  }

  /**
   * Unmaps the file. Closing twice is harmless.
   *
   * @throws IllegalStateException when a native call is using a tensor at this moment; the file
   *     then stays open
   */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
