package io.maque.server.http;

import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.http2.Http2Exception;
import io.helidon.webserver.CloseConnectionException;
import io.maque.server.connection.ClientConnection.Watch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * An answer that is sent while it grows, one JSON document per event. Each event leaves at once, in
 * one write. The status and the headers go out with the first event, so that what fails before it
 * still gets a status of its own. The stream ends when the endpoint returns.
 *
 * <p>Belongs to one thread at a time.
 */
public final class EventStream {

  /** How events are set apart. */
  enum Framing {
    /**
     * Server-sent events, as the WHATWG HTML standard defines them. JSON of one line cannot break
     * out of its frame.
     */
    SSE("text/event-stream; charset=utf-8", "data: ", "\n\n"),
    /** JSON documents separated by line ends. */
    NDJSON("application/x-ndjson", "", "\n");

    private final String contentType;
    private final byte[] begin;
    private final byte[] end;

    Framing(String contentType, String begin, String end) {
      this.contentType = contentType;
      this.begin = begin.getBytes(StandardCharsets.US_ASCII);
      this.end = end.getBytes(StandardCharsets.US_ASCII);
    }

    String contentType() {
      return contentType;
    }

    byte[] frame(byte[] json) {
      byte[] frame = new byte[begin.length + json.length + end.length];
      System.arraycopy(begin, 0, frame, 0, begin.length);
      System.arraycopy(json, 0, frame, begin.length, json.length);
      System.arraycopy(end, 0, frame, begin.length + json.length, end.length);
      return frame;
    }
  }

  private final Framing framing;
  private final Supplier<Watch> sending;
  private final Supplier<OutputStream> opening;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private OutputStream out;

  /**
   * @param sending watches how long the client takes to read
   * @param opening begins the answer: status, headers
   */
  EventStream(Framing framing, Supplier<Watch> sending, Supplier<OutputStream> opening) {
    this.framing = framing;
    this.sending = sending;
    this.opening = opening;
  }

  /** Keeps an event that is to leave together with the next one. */
  public void add(Object json) {
    waiting.writeBytes(framing.frame(Json.write(json)));
  }

  /**
   * Sends a record, map, list or tree.
   *
   * @throws ClientGoneException when the client left
   */
  public void send(Object json) {
    sendRaw(Json.write(json));
  }

  /**
   * Sends a document of which only {@code text} is new.
   *
   * @throws ClientGoneException when the client left
   */
  public void send(JsonTemplate template, String text) {
    sendRaw(template.write(text));
  }

  /** Sends what is no JSON, such as OpenAI's {@code [DONE]}. */
  public void sendText(String line) {
    sendRaw(line.getBytes(StandardCharsets.UTF_8));
  }

  private void sendRaw(byte[] bytes) {
    try (Watch _ = sending.get()) {
      if (out == null) {
        out = opening.get();
      }
      byte[] frame = framing.frame(bytes);
      if (waiting.size() > 0) {
        waiting.writeBytes(frame);
        frame = waiting.toByteArray();
        waiting.reset();
      }
      out.write(frame);
      out.flush();
    } catch (IOException
        | UncheckedIOException
        | Http2Exception
        | SocketWriterException
        | CloseConnectionException e) {
      throw new ClientGoneException(e);
    }
  }

  /** Whether an event was sent, and with it the status. */
  boolean begun() {
    return out != null;
  }

  /** Ends the stream, so that the client knows it is complete. */
  void end() {
    if (out != null) {
      try (Watch _ = sending.get()) {
        out.close();
      } catch (IOException
          | UncheckedIOException
          | Http2Exception
          | SocketWriterException
          | CloseConnectionException e) {
        throw new ClientGoneException(e);
      }
    }
  }
}
