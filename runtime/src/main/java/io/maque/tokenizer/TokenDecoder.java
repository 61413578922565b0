package io.maque.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns a stream of ids into a stream of text. A token may end in the middle of a character, so
 * bytes wait here until the character is complete; no piece of text ever holds half of one.
 *
 * <p>Bytes that can never become a character read as U+FFFD, by the same rule as any UTF-8 decoder
 * of the JDK. Belongs to one thread at a time.
 */
public final class TokenDecoder {
  /** The most bytes of an incomplete character. */
  private static final int MAX_WAITING = 3;

  private final Vocabulary vocabulary;
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer bytes = ByteBuffer.allocate(64);
  private CharBuffer chars = CharBuffer.allocate(64);
  private boolean dropSpace;

  TokenDecoder(Vocabulary vocabulary, boolean dropSpace) {
    this.vocabulary = vocabulary;
    this.dropSpace = dropSpace;
  }

  /**
   * Takes the next token and returns the characters it completes, often none or several.
   *
   * @throws IllegalArgumentException when the id is outside the vocabulary
   */
  public String accept(int id) {
    vocabulary.checkId(id);
    if (!vocabulary.hasText(id)) {
      return "";
    }
    int from = vocabulary.start(id);
    int to = vocabulary.end(id);
    if (dropSpace && vocabulary.isOrdinary(id) && vocabulary.textByte(from) == ' ') {
      from++;
    }
    dropSpace = false;
    reserve(to - from);
    vocabulary.copyText(from, to, bytes);
    return drain(false);
  }

  /**
   * Ends the text: what waits for the rest of a character becomes one U+FFFD. The decoder is then
   * ready for a text that goes on.
   */
  public String flush() {
    String tail = drain(true);
    utf8.reset();
    return tail;
  }

  private String drain(boolean end) {
    bytes.flip();
    utf8.decode(bytes, chars, end);
    if (end) {
      utf8.flush(chars);
    }
    bytes.compact();
    chars.flip();
    String text = chars.toString();
    chars.clear();
    return text;
  }

  private void reserve(int more) {
    int needed = MAX_WAITING + more;
    if (bytes.capacity() < needed) {
      ByteBuffer larger = ByteBuffer.allocate(2 * needed);
      larger.put(bytes.flip());
      bytes = larger;
      chars = CharBuffer.allocate(2 * needed);
    }
  }
}
