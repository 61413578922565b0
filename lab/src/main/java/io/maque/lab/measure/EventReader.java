package io.maque.lab.measure;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads server-sent events, strictly: unknown fields, bytes that are not UTF-8 and an event that is
 * cut off are failures here, where a browser would look away. Only {@code data} is of interest.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">the format</a>
 */
final class EventReader implements Closeable {
  private static final int MAX_LINE_BYTES = 1 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[8192];
  private int position;
  private int limit;

  EventReader(InputStream in) {
    this.in = in;
  }

  /**
   * The data of the next event; empty when the stream ended after the last one.
   *
   * @throws StreamFailedException when the bytes are no event stream
   */
  Optional<String> next() throws IOException {
    StringBuilder data = null;
    for (Optional<String> line = line(); line.isPresent(); line = line()) {
      String text = line.get();
      if (text.isEmpty() && data != null) {
        return Optional.of(data.toString());
      }
      if (field(text).equals("data")) {
        data = data == null ? new StringBuilder() : data.append('\n');
        data.append(value(text));
      }
    }
    if (data != null) {
      throw new StreamFailedException(
          Failure.DISCONNECTED, "the stream ended inside an event: " + shortened(data.toString()));
    }
    return Optional.empty();
  }

  /** The name before the colon; empty for a comment and for an empty line. */
  private static String field(String line) {
    int colon = line.indexOf(':');
    String name = colon < 0 ? line : line.substring(0, colon);
    return switch (name) {
      case "", "data", "event", "id", "retry" -> name;
      default ->
          throw new StreamFailedException(
              Failure.PROTOCOL, "expected a field of an event stream, found " + shortened(line));
    };
  }

  private static String value(String line) {
    int colon = line.indexOf(':');
    String value = colon < 0 ? "" : line.substring(colon + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  /** A line without its end; empty at the end of the stream. */
  private Optional<String> line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, position, end - position);
      if (end < limit) {
        position = end + 1;
        return Optional.of(decode(line.toByteArray()));
      }
      if (line.size() > MAX_LINE_BYTES) {
        throw new StreamFailedException(
            Failure.PROTOCOL, "a line is longer than " + MAX_LINE_BYTES + " bytes");
      }
      position = 0;
      limit = Math.max(0, in.read(buffer));
      if (limit == 0) {
        return line.size() == 0 ? Optional.empty() : Optional.of(decode(line.toByteArray()));
      }
    }
  }

  private static String decode(byte[] line) {
    int length = line.length > 0 && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(line, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new StreamFailedException(
          Failure.PROTOCOL,
          "a line is not UTF-8: " + shortened(new String(line, StandardCharsets.ISO_8859_1)));
    }
  }

  static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
