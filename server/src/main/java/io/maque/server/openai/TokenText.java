package io.maque.server.openai;

import io.maque.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Single tokens as OpenAI's API shows them. */
final class TokenText {
  private final Tokenizer tokenizer;

  TokenText(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The text of a token; a control token by its name, half a character as U+FFFD. */
  String text(int id) {
    byte[] bytes = tokenizer.bytes(id);
    return bytes.length == 0 ? tokenizer.piece(id) : new String(bytes, StandardCharsets.UTF_8);
  }

  /** Characters that a token adds to a text; half a character counts as one. */
  int length(int id) {
    return new String(tokenizer.bytes(id), StandardCharsets.UTF_8).length();
  }

  /** The text of all ids. */
  String text(int[] ids) {
    return tokenizer.decode(ids);
  }

  /** The bytes of a token, 0 to 255 each; null for a control token, which has none. */
  List<Integer> bytes(int id) {
    byte[] bytes = tokenizer.bytes(id);
    if (bytes.length == 0) {
      return null;
    }
    List<Integer> values = new ArrayList<>(bytes.length);
    for (byte each : bytes) {
      values.add(each & 0xFF);
    }
    return values;
  }

  /**
   * A text that no other token has, as a key of a map: {@code bytes:\xe9\xba} when the bytes are no
   * whole characters.
   */
  String key(int id) {
    byte[] bytes = tokenizer.bytes(id);
    if (bytes.length == 0) {
      return tokenizer.piece(id);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      StringBuilder key = new StringBuilder("bytes:");
      for (byte each : bytes) {
        key.append("\\x%02x".formatted(each & 0xFF));
      }
      return key.toString();
    }
  }
}
