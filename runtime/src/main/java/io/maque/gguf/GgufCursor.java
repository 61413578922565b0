package io.maque.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A reading position in the header of a GGUF file. Every read is checked against the end of the
 * file, and whoever is about to allocate says so first ({@link #reserveHeap}): what a header may
 * occupy on the heap is bounded whatever its counts claim.
 *
 * <p>The bytes are seen through a {@link ByteBuffer} because it reads an order of magnitude faster
 * than a segment before the compiler warms up, and opening a file is always cold.
 */
final class GgufCursor {

  /**
   * The largest header read. A vocabulary of 262,144 tokens with merges takes about 20 MiB; this
   * leaves room for ten times that and keeps positions in an {@code int}.
   */
  static final int MAX_HEADER_BYTES = 256 << 20;

  /** What all keys, values, tensor names and arrays of one file together may take on the heap. */
  static final long MAX_HEAP_BYTES = 256L << 20;

  private final String file;
  private final ByteBuffer bytes;
  private final boolean windowed;
  private long heapLeft = MAX_HEAP_BYTES;

  GgufCursor(String file, MemorySegment segment) {
    long window = Math.min(segment.byteSize(), MAX_HEADER_BYTES);
    this.file = file;
    this.windowed = window < segment.byteSize();
    this.bytes = segment.asSlice(0, window).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  int position() {
    return bytes.position();
  }

  int remaining() {
    return bytes.remaining();
  }

  byte int8(String what) {
    return bytes.get(advance(1, what));
  }

  short int16(String what) {
    return bytes.getShort(advance(2, what));
  }

  int int32(String what) {
    return bytes.getInt(advance(4, what));
  }

  long int64(String what) {
    return bytes.getLong(advance(8, what));
  }

  /** A string that names something: valid UTF-8 or an error. */
  String name(String what) {
    int start = position();
    ByteBuffer encoded = encodedString(what);
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(encoded);
      return decoded.toString();
    } catch (CharacterCodingException e) {
      throw error(start, "%s is not valid UTF-8".formatted(what), e);
    }
  }

  /** A string value; bytes that are not UTF-8 read as U+FFFD. */
  String string(String what) {
    return StandardCharsets.UTF_8.decode(encodedString(what)).toString();
  }

  private ByteBuffer encodedString(String what) {
    long length = int64(what);
    int start = advance(length, what);
    reserveHeap(2 * length, what);
    return bytes.slice(start, (int) length);
  }

  /** Moves past {@code size} bytes and answers a little-endian view of them. */
  ByteBuffer block(long size, String what) {
    int start = advance(size, what);
    return bytes.slice(start, (int) size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Moves past {@code count} strings and answers a view that decodes them on demand. */
  GgufStrings strings(int count, String what) {
    reserveHeap(4L * count, what);
    int[] ends = new int[count + 1];
    int end = bytes.position();
    int limit = bytes.limit();
    ends[0] = end;
    for (int i = 0; i < count; i++) {
      // One read per element and local variables: opening a model is cold code that runs this loop
      // hundreds of thousands of times.
      long length = limit - end < Long.BYTES ? -1 : bytes.getLong(end);
      if (length < 0 || length > limit - end - Long.BYTES) {
        bytes.position(end);
        advance(int64(what), what); // throws
      }
      end += Long.BYTES + (int) length;
      ends[i + 1] = end;
    }
    bytes.position(end);
    return new GgufStrings(bytes, ends);
  }

  /**
   * A count of things that take at least {@code minimumBytes} each: proven to fit in what is left
   * of the file, so it may size an allocation that {@link #reserveHeap} accepted.
   */
  int count(String what, int minimumBytes) {
    int start = position();
    long count = int64(what);
    if (count < 0 || count > remaining() / minimumBytes) {
      throw error(
          start,
          "%s is %s, but the %d bytes that follow hold at most %d of at least %d bytes each%s"
              .formatted(
                  what,
                  Long.toUnsignedString(count),
                  remaining(),
                  remaining() / minimumBytes,
                  minimumBytes,
                  remedy()));
    }
    return (int) count;
  }

  /** Accounts for heap that is about to be taken. */
  void reserveHeap(long size, String what) {
    heapLeft -= size;
    if (heapLeft < 0) {
      throw error(
          position(),
          "%s brings the metadata beyond %d MiB of memory, the most that Maque accepts"
              .formatted(what, MAX_HEAP_BYTES >> 20));
    }
  }

  private int advance(long length, String what) {
    int start = bytes.position();
    if (length < 0 || length > bytes.remaining()) {
      throw error(
          start,
          "expected %s bytes for %s, found only %d%s"
              .formatted(Long.toUnsignedString(length), what, bytes.remaining(), remedy()));
    }
    bytes.position(start + (int) length);
    return start;
  }

  private String remedy() {
    return windowed
        ? " (Maque reads headers of up to %d MiB)".formatted(MAX_HEADER_BYTES >> 20)
        : "; the file is cut short or damaged, fetch it again";
  }

  GgufFormatException error(long offset, String problem) {
    return error(offset, problem, null);
  }

  private GgufFormatException error(long offset, String problem, Throwable cause) {
    return new GgufFormatException("%s: offset %d: %s".formatted(file, offset, problem), cause);
  }
}
