package io.maque.hub.checkpoint;

import io.maque.hub.json.Json;
import io.maque.hub.json.JsonValue;
import io.maque.hub.reference.Quoted;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A file of the safetensors format: the length of a header in 8 bytes, the header in JSON, the
 * tensors. The header is proven before a byte of a tensor is read: spans match types and shapes and
 * cover the file without overlaps and holes.
 */
final class Safetensors {
  private static final int LENGTH_BYTES = Long.BYTES;
  private static final long MAX_HEADER_BYTES = 100L << 20;
  private static final int MAX_RANK = 8;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private record Span(String name, long begin, long end) {}

  private final String file;
  private final MemorySegment data;

  private Safetensors(String file, MemorySegment data) {
    this.file = file;
    this.data = data;
  }

  /**
   * The tensors of a file.
   *
   * @param file its name, for messages
   * @throws CheckpointException when it is not such a file or damaged
   */
  static List<StoredTensor> read(String file, MemorySegment content) {
    if (content.byteSize() < LENGTH_BYTES) {
      throw new CheckpointException(
          "%s: expected a safetensors file, found %d bytes; fetch it again"
              .formatted(file, content.byteSize()));
    }
    long length = content.get(LONG, 0);
    if (length < 2 || length > content.byteSize() - LENGTH_BYTES) {
      throw new CheckpointException(
          "%s: expected a safetensors header of at most %d bytes, found a length of %s; the file is cut off or no safetensors file, fetch it again"
              .formatted(file, content.byteSize() - LENGTH_BYTES, Long.toUnsignedString(length)));
    }
    if (length > MAX_HEADER_BYTES) {
      throw new CheckpointException(
          "%s: expected a header of at most %d MB, found %d bytes"
              .formatted(file, MAX_HEADER_BYTES >> 20, length));
    }
    JsonValue header =
        Json.readLarge(content.asSlice(LENGTH_BYTES, length).asByteBuffer(), file + ": header");
    if (!header.isObject()) {
      throw header.unexpected("an object");
    }
    return new Safetensors(file, content.asSlice(LENGTH_BYTES + length)).tensors(header);
  }

  private List<StoredTensor> tensors(JsonValue header) {
    List<StoredTensor> tensors = new ArrayList<>();
    List<Span> spans = new ArrayList<>();
    for (Map.Entry<String, JsonValue> entry : header.fields().entrySet()) {
      if (!entry.getKey().equals("__metadata__")) {
        tensors.add(tensor(entry.getKey(), entry.getValue(), spans));
      }
    }
    requireCovered(spans);
    return tensors;
  }

  private StoredTensor tensor(String name, JsonValue entry, List<Span> spans) {
    String dtype = entry.text("dtype");
    ElementType type =
        ElementType.find(dtype)
            .orElseThrow(() ->
                new CheckpointException(
                    "%s: tensor %s: expected one of %s, found %s; take a checkpoint in BF16, F16 or F32"
                        .formatted(
                            file,
                            Quoted.shorten(name),
                            ElementType.names(),
                            Quoted.shorten(dtype))));
    long[] extents = counts(entry.at("shape"));
    long[] offsets = counts(entry.at("data_offsets"));
    if (extents.length > MAX_RANK || offsets.length != 2) {
      throw entry.unexpected("a shape of at most %d extents and two offsets".formatted(MAX_RANK));
    }
    long begin = offsets[0];
    long end = offsets[1];
    if (begin > end || end > data.byteSize()) {
      throw new CheckpointException(
          "%s: tensor %s: expected bytes within the %d of the file, found %d to %d; the file is cut off, fetch it again"
              .formatted(file, Quoted.shorten(name), data.byteSize(), begin, end));
    }
    if (end - begin != size(name, type, extents)) {
      throw new CheckpointException(
          "%s: tensor %s: expected %d bytes for its shape and type, found %d; the header is damaged"
              .formatted(file, Quoted.shorten(name), size(name, type, extents), end - begin));
    }
    spans.add(new Span(name, begin, end));
    return StoredTensor.contiguous(name, file, type, extents, data.asSlice(begin, end - begin));
  }

  private long size(String name, ElementType type, long[] extents) {
    long size = type.bytes();
    for (long extent : extents) {
      if (extent != 0 && size > Long.MAX_VALUE / extent) {
        throw new CheckpointException(
            "%s: tensor %s: its shape has more elements than any file holds"
                .formatted(file, Quoted.shorten(name)));
      }
      size *= extent;
    }
    return size;
  }

  private static long[] counts(JsonValue array) {
    if (!array.isArray()) {
      throw array.unexpected("an array");
    }
    return array.elements().stream()
        .mapToLong(element -> {
          OptionalLong count = element.asCount();
          return count.orElseThrow(() -> element.unexpected("a whole number of at least 0"));
        })
        .toArray();
  }

  private void requireCovered(List<Span> spans) {
    spans.sort(Comparator.comparingLong(Span::begin).thenComparingLong(Span::end));
    long end = 0;
    for (Span span : spans) {
      if (span.begin() != end) {
        throw new CheckpointException(
            "%s: tensor %s: expected to begin at byte %d, where the one before ends, found %d; the header is damaged"
                .formatted(file, Quoted.shorten(span.name()), end, span.begin()));
      }
      end = span.end();
    }
    if (end != data.byteSize()) {
      throw new CheckpointException(
          "%s: expected tensors up to byte %d, found %d bytes; the file is damaged"
              .formatted(file, end, data.byteSize()));
    }
  }
}
