package io.maque.hub.checkpoint;

import io.maque.hub.reference.Quoted;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the pickles of PyTorch's checkpoints and executes nothing. A pickle is a program for a
 * stack machine that may import anything and call it; here an import is looked up in a list of the
 * few names that tensors need ({@link TorchObjects}), and any other is refused by its name before
 * anything else of the pickle is read.
 *
 * <p>Values: {@code None} is {@link #NONE}, numbers are {@code Long}, {@code BigInteger} or {@code
 * Double}, tuples {@link Tuple}, lists {@code List}, dictionaries {@code Map}. No value is hashed
 * but texts and numbers, and none is printed, so that one that contains itself does no harm.
 */
final class Pickle {
  /** Python's {@code None}. */
  static final Object NONE = new Object();

  private static final Object MARK = new Object();
  private static final int MAX_STEPS = 4_000_000;
  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_PROTOCOL = 5;
  private static final int MAX_DIGITS = 64;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** An immutable sequence. */
  record Tuple(List<Object> elements) {}

  /** What imports, calls and persistent ids mean. */
  interface Objects {
    /** What an import yields, or empty when it is refused. */
    Optional<Object> find(String module, String name);

    /** What calling an imported object yields. */
    Object call(Object callee, List<Object> arguments);

    /** What a persistent id stands for. */
    Object load(List<Object> id);
  }

  private final String where;
  private final MemorySegment bytes;
  private final Objects objects;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private long at;

  /**
   * @param where the document in words, for messages
   * @param start of the pickle in {@code bytes}
   */
  Pickle(String where, MemorySegment bytes, long start, Objects objects) {
    this.where = where;
    this.bytes = bytes;
    this.objects = objects;
    this.at = start;
  }

  /** The byte after what was read. */
  long position() {
    return at;
  }

  /**
   * Reads one pickle.
   *
   * @throws CheckpointException when it is damaged or imports what tensors do not need
   */
  Object read() {
    long start = at;
    for (int step = 0; step < MAX_STEPS && at - start < MAX_BYTES; step++) {
      int opcode = uint8();
      if (opcode == '.') {
        return pop();
      }
      if (!readNumber(opcode) && !readText(opcode) && !readContainer(opcode)) {
        readReference(opcode);
      }
    }
    throw damaged("a pickle of at most %d steps".formatted(MAX_STEPS));
  }

  private boolean readNumber(int opcode) {
    switch (opcode) {
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) uint8());
      case 'M' -> push((long) uint16());
      case 'J' -> push((long) take(4).get(INT, 0));
      case 'G' -> push(take(8).get(DOUBLE, 0));
      case 0x8a -> push(integer(uint8()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private Object integer(int length) {
    if (length > MAX_DIGITS) {
      throw damaged("an integer of at most %d bytes".formatted(MAX_DIGITS));
    }
    byte[] digits = new byte[length + 1];
    for (int i = 0; i < length; i++) {
      digits[length - i] = take(1).get(ValueLayout.JAVA_BYTE, 0);
    }
    digits[0] = (byte) (digits[Math.min(1, length)] < 0 ? -1 : 0);
    BigInteger value = new BigInteger(digits);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private boolean readText(int opcode) {
    switch (opcode) {
      case 0x8c, 'U' -> push(text(uint8()));
      case 'X', 'T' -> push(text(uint32()));
      case 0x8d -> push(text(take(8).get(LONG, 0)));
      case 'C' -> push(take(uint8()).toArray(ValueLayout.JAVA_BYTE));
      case 'B' -> push(take(uint32()).toArray(ValueLayout.JAVA_BYTE));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean readContainer(int opcode) {
    switch (opcode) {
      case '(' -> push(MARK);
      case ')' -> push(new Tuple(List.of()));
      case 0x85, 0x86, 0x87 -> push(new Tuple(popped(opcode - 0x84)));
      case 't' -> push(new Tuple(poppedToMark()));
      case ']' -> push(new ArrayList<>());
      case 'l' -> push(poppedToMark());
      case '}' -> push(new LinkedHashMap<>());
      case 'd' -> {
        List<Object> items = poppedToMark();
        push(new LinkedHashMap<>());
        putAll(items);
      }
      case 'a' -> {
        Object element = pop();
        list(peek()).add(element);
      }
      case 'e' -> {
        List<Object> elements = poppedToMark();
        list(peek()).addAll(elements);
      }
      case 's' -> putAll(popped(2));
      case 'u' -> putAll(poppedToMark());
      case '0' -> pop();
      case '1' -> poppedToMark();
      case '2' -> push(peek());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void readReference(int opcode) {
    switch (opcode) {
      case 0x80 -> {
        int protocol = uint8();
        if (protocol > MAX_PROTOCOL) {
          throw damaged("a protocol up to %d".formatted(MAX_PROTOCOL));
        }
      }
      case 0x95 -> take(8); // a frame's length, which nobody needs
      case 'q' -> memo.put((long) uint8(), peek());
      case 'r' -> memo.put(uint32(), peek());
      case 0x94 -> memo.put((long) memo.size(), peek());
      case 'h' -> push(remembered(uint8()));
      case 'j' -> push(remembered(uint32()));
      case 'c' -> push(imported(line(), line()));
      case 0x93 -> {
        List<Object> names = popped(2);
        push(imported(string(names.get(0)), string(names.get(1))));
      }
      case 'R' -> {
        List<Object> call = popped(2);
        push(objects.call(call.get(0), elements(call.get(1))));
      }
      case 'b' -> pop(); // attributes of an object, which tensors do not need
      case 'Q' -> push(objects.load(elements(pop())));
      default -> throw damaged("an operation that tensors need, not 0x%02x".formatted(opcode));
    }
  }

  private Object imported(String module, String name) {
    return objects
        .find(module, name)
        .orElseThrow(() ->
            new CheckpointException(
                "%s: expected tensors only, found %s.%s; reading this file as PyTorch does would run code, which is refused; save its tensors alone, best as safetensors"
                    .formatted(where, Quoted.shorten(module), Quoted.shorten(name))));
  }

  private Object remembered(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw damaged("something remembered as %d".formatted(index));
    }
    return value;
  }

  private void putAll(List<Object> items) {
    if (items.size() % 2 != 0 || !(peek() instanceof Map<?, ?>)) {
      throw damaged("a dictionary and pairs for it");
    }
    @SuppressWarnings("unchecked")
    Map<Object, Object> target = (Map<Object, Object>) peek();
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      if (!(key instanceof String) && !(key instanceof Long)) {
        throw damaged("a text or a number as key");
      }
      target.put(key, items.get(i + 1));
    }
  }

  private List<Object> list(Object value) {
    if (value instanceof ArrayList<?>) {
      @SuppressWarnings("unchecked")
      List<Object> list = (List<Object>) value;
      return list;
    }
    throw damaged("a list");
  }

  private List<Object> elements(Object value) {
    if (value instanceof Tuple tuple) {
      return tuple.elements();
    }
    throw damaged("a tuple");
  }

  private String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw damaged("a text");
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object peek() {
    if (stack.isEmpty() || stack.getLast() == MARK) {
      throw damaged("a value on the stack");
    }
    return stack.getLast();
  }

  private Object pop() {
    Object value = peek();
    stack.removeLast();
    return value;
  }

  private List<Object> popped(int count) {
    Object[] values = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      values[i] = pop();
    }
    return new ArrayList<>(Arrays.asList(values));
  }

  private List<Object> poppedToMark() {
    List<Object> values = new ArrayList<>();
    while (!stack.isEmpty()) {
      Object value = stack.removeLast();
      if (value == MARK) {
        Collections.reverse(values);
        return values;
      }
      values.add(value);
    }
    throw damaged("a mark on the stack");
  }

  private String line() {
    long end = at;
    while (end < bytes.byteSize() && bytes.get(ValueLayout.JAVA_BYTE, end) != '\n') {
      end++;
    }
    String line = text(end - at);
    take(1);
    return line;
  }

  private String text(long length) {
    return new String(take(length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  private int uint8() {
    return Byte.toUnsignedInt(take(1).get(ValueLayout.JAVA_BYTE, 0));
  }

  private int uint16() {
    return Short.toUnsignedInt(take(2).get(SHORT, 0));
  }

  private long uint32() {
    return Integer.toUnsignedLong(take(4).get(INT, 0));
  }

  private MemorySegment take(long length) {
    if (length < 0 || length > bytes.byteSize() - at || length > MAX_BYTES) {
      throw damaged("%d more bytes".formatted(length));
    }
    at += length;
    return bytes.asSlice(at - length, length);
  }

  private CheckpointException damaged(String expected) {
    return new CheckpointException(
        "%s: expected %s at byte %d, found something else; the file is cut off or damaged"
            .formatted(where, expected, at));
  }
}
