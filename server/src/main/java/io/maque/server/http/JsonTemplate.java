package io.maque.server.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A JSON document of which one text varies. A stream repeats the rest of it with every token, each
 * time when the model has just pushed everything else out of the processor's caches: what is
 * written once need not be found in memory again.
 */
public final class JsonTemplate {
  /** Stands for the text; its escaped form cannot come about in any other way. */
  public static final String TEXT = "\u0000text";

  private static final byte[] MARK = "\\u0000text".getBytes(StandardCharsets.US_ASCII);

  private final byte[] before;
  private final byte[] after;

  /**
   * @param document a record, map, list or tree in which one string is {@link #TEXT}
   */
  public JsonTemplate(Object document) {
    byte[] bytes = Json.write(document);
    int at = indexOfMark(bytes);
    before = Arrays.copyOf(bytes, at);
    after = Arrays.copyOfRange(bytes, at + MARK.length, bytes.length);
  }

  private static int indexOfMark(byte[] bytes) {
    for (int at = 0; at + MARK.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + MARK.length, MARK, 0, MARK.length)) {
        return at;
      }
    }
    throw new IllegalArgumentException("the document has no string that is the mark");
  }

  /** The document with {@code text} in its place, as UTF-8. */
  byte[] write(String text) {
    byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(text);
    byte[] document = new byte[before.length + quoted.length + after.length];
    System.arraycopy(before, 0, document, 0, before.length);
    System.arraycopy(quoted, 0, document, before.length, quoted.length);
    System.arraycopy(after, 0, document, before.length + quoted.length, after.length);
    return document;
  }
}
