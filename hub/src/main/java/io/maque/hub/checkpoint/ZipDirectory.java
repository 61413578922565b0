package io.maque.hub.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the entries of a ZIP archive are, as the archives of PyTorch need it: entries are stored,
 * not compressed, and lie where they can be mapped. The JDK's reader does not say where that is.
 */
final class ZipDirectory {
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT = 0xFFFF;
  private static final int LOCATOR_BYTES = 20;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL_BYTES = 30;
  private static final int END = 0x06054b50;
  private static final int LOCATOR = 0x07064b50;
  private static final int END_64 = 0x06064b50;
  private static final int ENTRY = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int EXTRA_64 = 1;
  private static final long IN_EXTRA = 0xFFFF_FFFFL;
  private static final int MAX_ENTRIES = 1_000_000;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String file;
  private final MemorySegment content;
  private final Map<String, MemorySegment> entries = new LinkedHashMap<>();

  private ZipDirectory(String file, MemorySegment content) {
    this.file = file;
    this.content = content;
  }

  /** Whether a file begins as such an archive does. */
  static boolean begins(MemorySegment content) {
    return content.byteSize() >= LOCAL_BYTES && content.get(INT, 0) == LOCAL;
  }

  /**
   * The bytes of every entry.
   *
   * @param file its name, for messages
   * @throws CheckpointException when the archive is damaged or an entry is compressed
   */
  static Map<String, MemorySegment> read(String file, MemorySegment content) {
    ZipDirectory directory = new ZipDirectory(file, content);
    directory.readEntries();
    return directory.entries;
  }

  private void readEntries() {
    long end = end();
    long count = uint16(end + 10);
    long at = uint32(end + 16);
    if (count == MAX_COMMENT || at == IN_EXTRA) {
      long locator = end - LOCATOR_BYTES;
      require(locator >= 0 && content.get(INT, locator) == LOCATOR, "the locator of its directory");
      long end64 = content.get(LONG, locator + 8);
      require(fits(end64, 56) && content.get(INT, end64) == END_64, "the end of its directory");
      count = content.get(LONG, end64 + 32);
      at = content.get(LONG, end64 + 48);
    }
    require(count >= 0 && count <= MAX_ENTRIES, "at most %d entries".formatted(MAX_ENTRIES));
    for (long i = 0; i < count; i++) {
      require(fits(at, ENTRY_BYTES) && content.get(INT, at) == ENTRY, "entry %d".formatted(i));
      at = readEntry(at);
    }
  }

  private long end() {
    long last = content.byteSize() - END_BYTES;
    for (long at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
      if (content.get(INT, at) == END) {
        return at;
      }
    }
    throw damaged("the end of a ZIP archive");
  }

  /** Reads the directory's entry at a byte; returns where the next is. */
  private long readEntry(long at) {
    int nameLength = uint16(at + 28);
    int extraLength = uint16(at + 30);
    long extra = at + ENTRY_BYTES + nameLength;
    long next = extra + extraLength + uint16(at + 32);
    require(next <= content.byteSize(), "a whole entry");
    String name =
        new String(
            content.asSlice(at + ENTRY_BYTES, nameLength).toArray(ValueLayout.JAVA_BYTE),
            StandardCharsets.UTF_8);
    boolean encrypted = (uint16(at + 8) & 1) != 0;
    require(uint16(at + 10) == 0 && !encrypted, "entries that are stored, not compressed");
    long size = uint32(at + 24);
    long local = uint32(at + 42);
    if (size == IN_EXTRA || local == IN_EXTRA) {
      long[] wide = wide(extra, extraLength, size, uint32(at + 20), local);
      size = wide[0];
      local = wide[1];
    }
    require(fits(local, LOCAL_BYTES) && content.get(INT, local) == LOCAL, "the data of " + name);
    long data = local + LOCAL_BYTES + uint16(local + 26) + uint16(local + 28);
    require(fits(data, size), "%d bytes of %s".formatted(size, name));
    if (entries.putIfAbsent(name, content.asSlice(data, size)) != null) {
      throw damaged("entries of different names");
    }
    return next;
  }

  /** Size and offset of an entry that 32 bits do not hold, from its extra field. */
  private long[] wide(long extra, int length, long size, long packed, long local) {
    long at = extra;
    while (at + 4 <= extra + length) {
      int fieldLength = uint16(at + 2);
      if (uint16(at) == EXTRA_64) {
        long value = at + 4;
        int needed = (size == IN_EXTRA ? 8 : 0) + (packed == IN_EXTRA ? 8 : 0);
        require(
            fieldLength >= needed + (local == IN_EXTRA ? 8 : 0)
                && value + fieldLength <= extra + length,
            "sizes of 64 bits");
        return new long[] {
          size == IN_EXTRA ? content.get(LONG, value) : size,
          local == IN_EXTRA ? content.get(LONG, value + needed) : local
        };
      }
      at += 4 + fieldLength;
    }
    throw damaged("sizes of 64 bits");
  }

  private boolean fits(long at, long size) {
    return at >= 0 && size >= 0 && size <= content.byteSize() && at <= content.byteSize() - size;
  }

  private int uint16(long at) {
    return Short.toUnsignedInt(content.get(SHORT, at));
  }

  private long uint32(long at) {
    return Integer.toUnsignedLong(content.get(INT, at));
  }

  private void require(boolean condition, String expected) {
    if (!condition) {
      throw damaged(expected);
    }
  }

  private CheckpointException damaged(String expected) {
    return new CheckpointException(
        "%s: expected %s, found something else; the file is cut off or damaged, fetch it again"
            .formatted(file, expected));
  }
}
