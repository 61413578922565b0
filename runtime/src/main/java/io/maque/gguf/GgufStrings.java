package io.maque.gguf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * An array of strings inside a GGUF header: an unmodifiable list that decodes an element when
 * asked. A vocabulary of 151,936 tokens thus opens in milliseconds and costs four bytes per token.
 *
 * <p>Elements that are not valid UTF-8 (some vocabularies hold raw bytes) read with U+FFFD in place
 * of the invalid bytes; {@link #bytes} gives them unchanged. The list reads the mapped file: after
 * {@link GgufFile#close()} its elements throw {@link IllegalStateException}, so copy what must live
 * longer.
 */
public final class GgufStrings extends AbstractList<String> implements RandomAccess {
  private static final int LENGTH_BYTES = Long.BYTES;

  private final ByteBuffer header;

  /** Where element {@code i} ends, at index {@code i + 1}; element 0 starts at index 0. */
  private final int[] ends;

  GgufStrings(ByteBuffer header, int[] ends) {
    this.header = header;
    this.ends = ends;
  }

  @Override
  public int size() {
    return ends.length - 1;
  }

  @Override
  public String get(int index) {
    return new String(bytes(index), StandardCharsets.UTF_8);
  }

  /** The bytes of element {@code index} as the file holds them, a fresh copy. */
  public byte[] bytes(int index) {
    Objects.checkIndex(index, size());
    int start = ends[index] + LENGTH_BYTES;
    byte[] encoded = new byte[ends[index + 1] - start];
    header.get(start, encoded);
    return encoded;
  }
}
