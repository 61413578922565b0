package io.maque.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.maque.server.connection.ClientConnection;
import io.maque.server.connection.ClientConnection.Watch;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;

/** One request and its answer. Belongs to the thread that handles it. */
public final class Exchange {
  private final ServerRequest request;
  private final ServerResponse response;
  private EventStream stream;

  Exchange(ServerRequest request, ServerResponse response) {
    this.request = request;
    this.response = response;
  }

  /** The request of the web server, for what is not offered here. */
  public ServerRequest request() {
    return request;
  }

  /** The response of the web server, for what is not offered here. */
  public ServerResponse response() {
    return response;
  }

  /** A variable of the path, as {@code id} in {@code /v1/models/{id}}. */
  public String pathParameter(String name) {
    return request.path().pathParameters().get(name);
  }

  /** A parameter of the query, decoded. */
  public Optional<String> queryParameter(String name) {
    return request.query().first(name).asOptional();
  }

  /** A header of the request. */
  public Optional<String> requestHeader(String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  /** Sets a header of the answer. */
  public Exchange header(String name, String value) {
    response.header(HeaderNames.create(name), value);
    return this;
  }

  /**
   * The fields of the body.
   *
   * @throws HttpException 415 when the body is not said to be JSON, 413 when it is too large, 400
   *     when it is no JSON object
   */
  public JsonFields jsonBody() {
    String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("none");
    if (!isJson(type)) {
      throw new HttpException(
          415,
          "unsupported_media_type",
          "",
          "Content-Type: expected application/json, found " + JsonFields.quoted(type));
    }
    return JsonFields.of(Json.parse(body()));
  }

  /** The fields of a JSON body, whatever its content type says. */
  public JsonFields jsonBodyOfAnyType() {
    return JsonFields.of(Json.parse(body()));
  }

  private static boolean isJson(String contentType) {
    int end = contentType.indexOf(';');
    String type = (end < 0 ? contentType : contentType.substring(0, end)).strip();
    return type.toLowerCase(Locale.ROOT).equals("application/json");
  }

  /**
   * The bytes of the body; none when there is no body.
   *
   * @throws ClientGoneException when the client left before it had sent them
   */
  public byte[] body() {
    ClientConnection connection = ClientConnection.of(request);
    byte[] bytes;
    try (Watch _ = connection.whileReadingBody();
        InputStream in = request.content().inputStream()) {
      bytes = in.readAllBytes();
    } catch (RequestException e) {
      throw refused(e.status());
    } catch (io.helidon.http.HttpException e) {
      throw refused(e.status());
    } catch (IllegalArgumentException e) {
      // How the web server takes the length of a chunk that is no number.
      throw refused(Status.BAD_REQUEST_400);
    } catch (IOException | UncheckedIOException | DataReader.InsufficientDataAvailableException e) {
      throw new ClientGoneException(e);
    }
    if (connection.isGone()) {
      throw new ClientGoneException(new EOFException("in the body of the request"));
    }
    return bytes;
  }

  private static HttpException refused(Status status) {
    return status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()
        ? new HttpException(
            413, "body_too_large", "", "the body is larger than this server accepts")
        : new HttpException(400, "invalid_request", "", "the body is not sound HTTP");
  }

  /**
   * Runs {@code action} when the client leaves before the watch is closed; on another thread, and
   * perhaps more than once. To be called after the body was read.
   */
  public Watch whileClientStays(Runnable action) {
    return ClientConnection.of(request).whileOpen(request, action);
  }

  /** Answers 200 with a record, map, list or tree as JSON. */
  public void reply(Object json) {
    reply(200, json);
  }

  /** Answers with a record, map, list or tree as JSON. */
  public void reply(int status, Object json) {
    response.status(Status.create(status));
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    send(Json.write(json));
  }

  /** Answers 200 with bytes of any type. */
  public void reply(String contentType, byte[] bytes) {
    response.status(Status.OK_200);
    header("Content-Type", contentType);
    send(bytes);
  }

  /** Sends a body, or to {@code HEAD} only how long it would be. */
  private void send(byte[] bytes) {
    try (Watch _ = ClientConnection.of(request).whileSending()) {
      if (request.prologue().method().equals(Method.HEAD)) {
        response.contentLength(bytes.length);
        response.send();
      } else {
        response.send(bytes);
      }
    }
  }

  /** Answers 304: what the client has is what it would get. */
  public void replyNotModified() {
    response.status(Status.NOT_MODIFIED_304);
    response.send();
  }

  /** Answers 200 with server-sent events. */
  public EventStream serverSentEvents() {
    return begin(EventStream.Framing.SSE);
  }

  /** Answers 200 with JSON documents, one a line. */
  public EventStream jsonLines() {
    return begin(EventStream.Framing.NDJSON);
  }

  private EventStream begin(EventStream.Framing framing) {
    stream =
        new EventStream(
            framing,
            ClientConnection.of(request)::whileSending,
            () -> {
              response.status(Status.OK_200);
              response.header(HeaderNames.CONTENT_TYPE, framing.contentType());
              response.header(HeaderNames.CACHE_CONTROL, "no-cache");
              // Proxies must pass each event on at once.
              response.header(HeaderNames.create("X-Accel-Buffering"), "no");
              return response.outputStream();
            });
    return stream;
  }

  /** The stream that was begun, if one was. */
  Optional<EventStream> stream() {
    return Optional.ofNullable(stream).filter(EventStream::begun);
  }
}
