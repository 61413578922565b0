package io.maque.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8 into a buffer that is there already, with U+FFFD for a surrogate without its partner. */
final class Utf8 {
  /** The most bytes that one {@code char} of a string becomes. */
  static final int MAX_PER_CHAR = 3;

  private static final int REPLACEMENT = 0xFFFD;

  private Utf8() {}

  /** Bytes of a character whose first byte is {@code lead}. */
  static int length(byte lead) {
    if (lead >= 0) {
      return 1;
    }
    return (lead & 0xE0) == 0xC0 ? 2 : (lead & 0xF0) == 0xE0 ? 3 : 4;
  }

  /** All of {@code text}. */
  static byte[] encode(String text) {
    byte[] out = new byte[text.length() * MAX_PER_CHAR];
    return Arrays.copyOf(out, encode(text, 0, text.length(), out, 0));
  }

  /** Writes {@code text[from, to)} at {@code at}; returns where it ends. */
  static int encode(String text, int from, int to, byte[] out, int at) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        out[at++] = (byte) c;
      } else if (c < 0x800) {
        out[at++] = (byte) (0xC0 | c >> 6);
        out[at++] = (byte) (0x80 | c & 0x3F);
      } else if (!Character.isSurrogate(c)) {
        at = three(c, out, at);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < to
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int codePoint = Character.toCodePoint(c, text.charAt(++i));
        out[at++] = (byte) (0xF0 | codePoint >> 18);
        out[at++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
        out[at++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
        out[at++] = (byte) (0x80 | codePoint & 0x3F);
      } else {
        at = three(REPLACEMENT, out, at);
      }
    }
    return at;
  }

  private static int three(int c, byte[] out, int at) {
    out[at] = (byte) (0xE0 | c >> 12);
    out[at + 1] = (byte) (0x80 | c >> 6 & 0x3F);
    out[at + 2] = (byte) (0x80 | c & 0x3F);
    return at + 3;
  }

  static String decode(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
