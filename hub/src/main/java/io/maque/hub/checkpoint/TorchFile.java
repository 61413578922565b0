package io.maque.hub.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A checkpoint that {@code torch.save} wrote: a ZIP archive with a pickle and one entry per
 * storage, or, before version 1.6, a stream of pickles followed by the storages.
 */
final class TorchFile {
  private static final String PICKLE = "data.pkl";

  /** The integer that the stream of pickles begins with, and its version. */
  private static final BigInteger MAGIC = new BigInteger("119547037146038801333356");

  /** How its bytes begin: protocol 2, an integer of ten bytes. */
  private static final byte[] STREAM = {(byte) 0x80, 2, (byte) 0x8a, 10};

  private static final long STREAM_VERSION = 1001;

  /** Where trainers put the weights in what they save. */
  private static final List<String> WEIGHTS = List.of("model", "state_dict");

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String file;
  private final MemorySegment content;

  private TorchFile(String file, MemorySegment content) {
    this.file = file;
    this.content = content;
  }

  /** Whether a file begins as {@code torch.save} writes one. */
  static boolean begins(MemorySegment content) {
    return ZipDirectory.begins(content)
        || content.byteSize() > STREAM.length
            && content.asSlice(0, STREAM.length).mismatch(MemorySegment.ofArray(STREAM)) < 0;
  }

  /**
   * The tensors of a file: its entries, or those of its entry for the weights.
   *
   * @param file its name, for messages
   * @throws CheckpointException when it is damaged or holds more than data
   */
  static List<StoredTensor> read(String file, MemorySegment content) {
    TorchFile torch = new TorchFile(file, content);
    return ZipDirectory.begins(content) ? torch.archive() : torch.stream();
  }

  private List<StoredTensor> archive() {
    Map<String, MemorySegment> entries = ZipDirectory.read(file, content);
    List<String> pickles =
        entries.keySet().stream()
            .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
            .toList();
    if (pickles.size() != 1) {
      throw new CheckpointException(
          "%s: expected one entry %s as torch.save writes, found %d"
              .formatted(file, PICKLE, pickles.size()));
    }
    String root = pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
    requireLittleEndian(entries.get(root + "byteorder"));
    Object document =
        new Pickle(file + ": " + PICKLE, entries.get(pickles.getFirst()), 0, new TorchObjects(file))
            .read();
    return tensors(document, key -> entries.get(root + "data/" + key));
  }

  private void requireLittleEndian(MemorySegment order) {
    if (order != null && order.byteSize() < 16) {
      String name = new String(order.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
      if (!name.equals("little")) {
        throw bigEndian();
      }
    }
  }

  private CheckpointException bigEndian() {
    return new CheckpointException(
        "%s: expected little-endian storages, found others; save it again on a common machine"
            .formatted(file));
  }

  private List<StoredTensor> stream() {
    TorchObjects objects = new TorchObjects(file);
    List<Object> documents = new ArrayList<>();
    long at = 0;
    for (int i = 0; i < 5; i++) {
      Pickle pickle = new Pickle(file, content, at, objects);
      documents.add(pickle.read());
      at = pickle.position();
      if (i == 0 && !documents.getFirst().equals(MAGIC)) {
        throw new CheckpointException(
            "%s: expected a file of torch.save, found another pickle".formatted(file));
      }
    }
    if (!documents.get(1).equals(STREAM_VERSION)) {
      throw new CheckpointException(
          "%s: expected version %d, found another".formatted(file, STREAM_VERSION));
    }
    if (documents.get(2) instanceof Map<?, ?> system
        && Boolean.FALSE.equals(system.get("little_endian"))) {
      throw bigEndian();
    }
    return tensors(documents.get(3), storages(documents.get(4), objects.storages(), at)::get);
  }

  /** The storages behind the pickles, each after its number of elements. */
  private Map<String, MemorySegment> storages(
      Object keys, Map<String, ElementType> types, long begin) {
    Map<String, MemorySegment> storages = new HashMap<>();
    long at = begin;
    for (Object key : keys instanceof List<?> list ? list : List.of()) {
      if (!(key instanceof String name)
          || !types.containsKey(name)
          || content.byteSize() - at < Long.BYTES) {
        throw new CheckpointException(
            "%s: expected the storages that its tensors name, found something else; the file is cut off or damaged"
                .formatted(file));
      }
      long elements = content.get(LONG, at);
      at += Long.BYTES;
      int width = types.get(name).bytes();
      if (elements < 0 || elements > (content.byteSize() - at) / width) {
        throw new CheckpointException(
            "%s: expected %s elements of storage %s, found %d bytes; the file is cut off"
                .formatted(file, Long.toUnsignedString(elements), name, content.byteSize() - at));
      }
      storages.put(name, content.asSlice(at, elements * width));
      at += elements * width;
    }
    return storages;
  }

  private List<StoredTensor> tensors(Object document, Function<String, MemorySegment> storages) {
    List<StoredTensor> tensors = new ArrayList<>();
    views(document).forEach((name, view) -> tensors.add(view.tensor(name, file, storages)));
    return tensors;
  }

  private Map<String, TorchObjects.View> views(Object document) {
    if (!(document instanceof Map<?, ?> top)) {
      throw new CheckpointException(
          "%s: expected a dictionary of tensors, found something else".formatted(file));
    }
    Map<?, ?> weights = top;
    for (String name : WEIGHTS) {
      if (top.get(name) instanceof Map<?, ?> inner) {
        weights = inner;
        break;
      }
    }
    Map<String, TorchObjects.View> views = new HashMap<>();
    weights.forEach((name, value) -> {
      if (name instanceof String text && value instanceof TorchObjects.View view) {
        views.put(text, view);
      }
    });
    return views;
  }
}
