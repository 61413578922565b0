package io.maque.server.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.NotFoundException;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;

/** Errors that no endpoint sees: no such path, wrong method, what is no HTTP request. */
public final class HttpErrors {
  private HttpErrors() {}

  /** Answers errors of filters and of the routing itself in the client's dialect. */
  public static HttpRouting.Builder addTo(HttpRouting.Builder routing) {
    return routing
        .error(
            HttpException.class,
            (request, response, error) -> EndpointAdapter.send(request, response, error))
        .error(
            NotFoundException.class,
            (request, response, _) ->
                EndpointAdapter.send(
                    request,
                    response,
                    new HttpException(
                        404,
                        "not_found",
                        "",
                        "there is no %s here; see GET /v1/models for a start"
                            .formatted(JsonFields.quoted(request.path().path())))));
  }

  /**
   * 405 for a path whose other methods have handlers.
   *
   * @param allowed the methods it has
   */
  public static Handler wrongMethod(String allowed) {
    return (request, response) -> {
      response.header(HeaderNames.ALLOW, allowed);
      EndpointAdapter.send(
          request,
          response,
          new HttpException(
              405,
              "method_not_allowed",
              "",
              "method %s: expected %s for this path"
                  .formatted(JsonFields.quoted(request.prologue().method().text()), allowed)));
    };
  }

  /** Answers what the web server itself refuses, before any routing. */
  public static DirectHandlers directHandlers() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, HttpErrors::answer);
    }
    return handlers.build();
  }

  private static DirectHandler.TransportResponse answer(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType type,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    HttpException error = new HttpException(status.code(), code(status), "", sentence(status));
    headers.set(HeaderValues.CONTENT_TYPE_JSON);
    return DirectHandler.TransportResponse.builder()
        .status(status)
        .headers(headers)
        .entity(Json.write(ErrorFormat.of(request.path()).body(error)))
        .build();
  }

  private static String code(Status status) {
    return switch (status.code()) {
      case 413 -> "body_too_large";
      case 500 -> "internal_error";
      case 503 -> "too_many_requests";
      default -> "invalid_request";
    };
  }

  private static String sentence(Status status) {
    return switch (status.code()) {
      case 413 -> "the body is larger than this server accepts";
      case 500 -> "the server failed to answer; its log says more";
      case 503 -> "too many requests at the same time; try again later";
      default -> "the request is not sound HTTP: " + status.reasonPhrase();
    };
  }
}
