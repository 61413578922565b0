package io.maque.gguf;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes a GGUF file, version 3, little-endian: first say what it holds ({@link #put}, {@link
 * #tensor}), then {@link #write} it once. Tensor data is asked for while writing, tensor after
 * tensor, so memory stays bounded whatever the size of the model.
 *
 * <p>Not for use by several threads.
 */
public final class GgufWriter {
  private static final byte[] MAGIC = {'G', 'G', 'U', 'F'};
  private static final int VERSION = 3;

  /** Segments are written in pieces because a byte buffer holds less than 2 GiB. */
  private static final long PIECE_BYTES = 64L << 20;

  /** Produces the bytes of one tensor when the writer gets there. */
  @FunctionalInterface
  public interface TensorSource {
    /** Writes exactly the tensor's bytes to {@code target}. */
    void writeTo(WritableByteChannel target) throws IOException;
  }

  private record Entry(String name, TensorType type, Shape shape, TensorSource source) {
    long byteSize() {
      return Math.multiplyExact(type.bytes(shape.columns()), shape.rows());
    }
  }

  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, GgufValueType> types = new LinkedHashMap<>();
  private final Map<String, Entry> tensors = new LinkedHashMap<>();

  /**
   * Adds a key with the kind that writers of GGUF customarily choose for the value (see {@link
   * GgufMetadata}); {@code Integer} and {@code Float} are widened.
   *
   * @throws IllegalArgumentException when the key is already there or GGUF has no such value
   */
  public GgufWriter put(String key, Object value) {
    Object widened =
        switch (value) {
          case Integer v -> v.longValue();
          case Float v -> v.doubleValue();
          default -> value;
        };
    return put(key, GgufMetadata.customaryType(key, widened), widened);
  }

  /**
   * Adds a key of a given kind.
   *
   * @param type the kind of the value; for an array, of its elements
   * @param value one of the Java types that {@link GgufMetadata} lists
   * @throws IllegalArgumentException when the key is already there; a value that does not fit its
   *     kind is reported by {@link #write}
   */
  public GgufWriter put(String key, GgufValueType type, Object value) {
    if (type == GgufValueType.ARRAY) {
      throw new IllegalArgumentException(
          "key %s: expected the kind of the array's elements, found ARRAY".formatted(key));
    }
    if (values.putIfAbsent(key, value) != null) {
      throw new IllegalArgumentException("key %s is already there".formatted(key));
    }
    types.put(key, type);
    return this;
  }

  /** Adds all keys of {@code metadata}, each with its kind. */
  public GgufWriter putAll(GgufMetadata metadata) {
    metadata.values().forEach((key, value) -> put(key, metadata.type(key), value));
    return this;
  }

  /** Adds a tensor whose bytes exist; they must stay readable until the file is written. */
  public GgufWriter tensor(Tensor tensor) {
    return tensor(
        tensor.name(), tensor.type(), tensor.shape(), target -> copy(tensor.data(), target));
  }

  /**
   * Adds a tensor whose bytes {@code source} produces while the file is written.
   *
   * @throws IllegalArgumentException when the name is already there
   */
  public GgufWriter tensor(String name, TensorType type, Shape shape, TensorSource source) {
    if (tensors.putIfAbsent(name, new Entry(name, type, shape, source)) != null) {
      throw new IllegalArgumentException("tensor %s is already there".formatted(name));
    }
    return this;
  }

  private static void copy(MemorySegment data, WritableByteChannel target) throws IOException {
    for (long from = 0; from < data.byteSize(); from += PIECE_BYTES) {
      long size = Math.min(PIECE_BYTES, data.byteSize() - from);
      ByteBuffer piece = data.asSlice(from, size).asByteBuffer();
      while (piece.hasRemaining()) {
        target.write(piece);
      }
    }
  }

  /**
   * Writes the file beside {@code path} under a temporary name, flushes it to the disk and renames
   * it, so that {@code path} is never seen half written and a mapping of an older file of that name
   * stays valid. On failure nothing is left behind.
   *
   * @throws UncheckedIOException when the disk refuses
   * @throws IllegalArgumentException when a value does not fit its kind or a tensor source produces
   *     another number of bytes than its tensor has
   */
  public void write(Path path) {
    Path temporary =
        path.resolveSibling(".%s.%s.part".formatted(path.getFileName(), UUID.randomUUID()));
    try {
      try (FileChannel channel = FileChannel.open(temporary, CREATE_NEW, WRITE)) {
        writeTo(channel);
        channel.force(true);
      }
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write %s: %s".formatted(path, e.getMessage()), e);
    } finally {
      deleteLeftover(temporary);
    }
  }

  private static void deleteLeftover(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + temporary, e);
    }
  }

  /** Writes the same bytes to an open channel, from its current position. */
  public void writeTo(WritableByteChannel channel) throws IOException {
    int alignment = alignment();
    GgufSink sink = new GgufSink(channel);
    sink.bytes(ByteBuffer.wrap(MAGIC));
    sink.int32(VERSION);
    sink.int64(tensors.size());
    sink.int64(values.size());
    for (Map.Entry<String, Object> entry : values.entrySet()) {
      writeKey(sink, entry.getKey(), entry.getValue());
    }
    long offset = 0;
    for (Entry tensor : tensors.values()) {
      writeDirectoryEntry(sink, tensor, offset);
      offset += (tensor.byteSize() + alignment - 1) / alignment * alignment;
    }
    sink.pad(alignment);
    for (Entry tensor : tensors.values()) {
      writeData(sink, tensor);
      sink.pad(alignment);
    }
    sink.flush();
  }

  private int alignment() {
    Object alignment =
        values.getOrDefault(GgufHeader.ALIGNMENT_KEY, (long) GgufHeader.DEFAULT_ALIGNMENT);
    if (!(alignment instanceof Long value) || !GgufHeader.isAlignment(value)) {
      throw new IllegalArgumentException(
          "key %s: expected a power of two, found %s"
              .formatted(GgufHeader.ALIGNMENT_KEY, alignment));
    }
    return Math.toIntExact(value);
  }

  private void writeKey(GgufSink sink, String key, Object value) throws IOException {
    GgufValueType type = types.get(key);
    sink.string(key);
    int count =
        switch (value) {
          case int[] v -> v.length;
          case long[] v -> v.length;
          case float[] v -> v.length;
          case double[] v -> v.length;
          case boolean[] v -> v.length;
          case List<?> v -> v.size();
          default -> -1;
        };
    if (count >= 0) {
      sink.int32(GgufValueType.ARRAY.ordinal());
      sink.int32(type.ordinal());
      sink.int64(count);
    } else {
      sink.int32(type.ordinal());
    }
    sink.value(key, type, value);
  }

  private static void writeDirectoryEntry(GgufSink sink, Entry tensor, long offset)
      throws IOException {
    sink.string(tensor.name());
    sink.int32(tensor.shape().rank());
    for (int i = 0; i < tensor.shape().rank(); i++) {
      sink.int64(tensor.shape().extent(i));
    }
    sink.int32(tensor.type().ggmlId());
    sink.int64(offset);
  }

  private static void writeData(GgufSink sink, Entry tensor) throws IOException {
    long start = sink.position();
    tensor.source().writeTo(new TensorChannel(sink, tensor.name(), tensor.byteSize()));
    long written = sink.position() - start;
    if (written != tensor.byteSize()) {
      throw new IllegalArgumentException(
          "tensor %s: expected %d bytes, its source wrote %d"
              .formatted(tensor.name(), tensor.byteSize(), written));
    }
  }

  /** The part of the file that belongs to one tensor; refuses what would run into the next. */
  private static final class TensorChannel implements WritableByteChannel {
    private final GgufSink sink;
    private final String name;
    private long left;

    TensorChannel(GgufSink sink, String name, long size) {
      this.sink = sink;
      this.name = name;
      this.left = size;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      int size = bytes.remaining();
      if (size > left) {
        throw new IllegalArgumentException(
            "tensor %s: its source writes more bytes than the tensor has".formatted(name));
      }
      sink.bytes(bytes);
      left -= size;
      return size;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
