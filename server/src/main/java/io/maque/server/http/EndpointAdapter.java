package io.maque.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.function.Function;

/**
 * Runs an {@link Endpoint} and tells the client what went wrong in it: the only place where an
 * exception becomes an answer.
 */
public final class EndpointAdapter implements Handler {
  private static final System.Logger LOG = System.getLogger(EndpointAdapter.class.getName());

  private final Endpoint endpoint;
  private final Function<RuntimeException, HttpException> translation;

  /**
   * @param translation what an exception of the endpoint means to the client; see {@link #defect}
   *     for those that should not happen
   */
  public EndpointAdapter(Endpoint endpoint, Function<RuntimeException, HttpException> translation) {
    this.endpoint = endpoint;
    this.translation = translation;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    Exchange exchange = new Exchange(request, response);
    try {
      endpoint.handle(exchange);
      exchange.stream().ifPresent(EventStream::end);
    } catch (CloseConnectionException e) {
      throw e;
    } catch (ClientGoneException e) {
      throw new CloseConnectionException("the client went away", e);
    } catch (RuntimeException e) {
      // Whatever failed, the client hears of it: the thread has nobody else to tell.
      HttpException error = e instanceof HttpException http ? http : translation.apply(e);
      fail(exchange, error);
    }
  }

  private static void fail(Exchange exchange, HttpException error) {
    ErrorFormat format = ErrorFormat.of(exchange.request().path().path());
    if (exchange.stream().isEmpty()) {
      send(exchange, format, error);
      return;
    }
    try {
      EventStream stream = exchange.stream().get();
      stream.send(format.body(error));
      stream.end();
    } catch (ClientGoneException gone) {
      throw new CloseConnectionException("the client went away", gone);
    }
  }

  /** Answers with an error in the dialect of the path. */
  public static void send(ServerRequest request, ServerResponse response, HttpException error) {
    send(new Exchange(request, response), ErrorFormat.of(request.path().path()), error);
  }

  private static void send(Exchange exchange, ErrorFormat format, HttpException error) {
    error
        .retryAfterSeconds()
        .ifPresent(seconds ->
            exchange.response().header(HeaderNames.RETRY_AFTER, Integer.toString(seconds)));
    exchange.reply(error.status(), format.body(error));
  }

  /** 500 for an exception that nobody foresaw; what it says is for the log only. */
  public static HttpException defect(RuntimeException error) {
    String id = RequestId.current();
    LOG.log(System.Logger.Level.ERROR, "request %s failed: %s".formatted(id, error), error);
    return new HttpException(
        500,
        "internal_error",
        "",
        "the server failed to answer; its log says more about request " + id);
  }
}
