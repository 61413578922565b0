package io.maque.server.security;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.maque.server.config.ServerConfig;
import io.maque.server.http.EndpointAdapter;
import io.maque.server.http.HttpException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Every request passes here first. In this order: is it meant for this server ({@link HostCheck}),
 * may this web page ask ({@link OriginCheck}), is there room for it, whose key is it, and may that
 * key ask now. Whoever is refused learns why and nothing else.
 */
public final class Gate implements Filter {
  private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final HeaderName FETCH_MODE = HeaderNames.create("Sec-Fetch-Mode");
  private static final HeaderName API_KEY = HeaderNames.create("X-Api-Key");
  private static final String BEARER = "Bearer ";
  private static final String ALLOWED_HEADERS =
      "Authorization, Content-Type, X-Api-Key, X-Request-Id";

  private final HostCheck hosts;
  private final OriginCheck origins;
  private final ApiKeys keys;
  private final ConcurrencyLimit requests;
  private final int maxHeaderFields;
  private final Consumer<String> keyNames;

  /**
   * @param keyNames told the name of a request's key, on the request's thread
   */
  public Gate(ServerConfig config, ApiKeys keys, Consumer<String> keyNames) {
    this.hosts = new HostCheck(config.listen().hostNames(), LocalAddresses::all);
    this.origins = new OriginCheck(config.listen().allowedOrigins());
    this.keys = keys;
    this.requests = new ConcurrencyLimit(config.limits().maxRequests());
    this.maxHeaderFields = config.limits().maxHeaderFields();
    this.keyNames = keyNames;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    try {
      requireOurs(request);
      if (checkOrigin(request, response)) {
        return;
      }
      if (isPublic(request)) {
        chain.proceed();
        return;
      }
    } catch (HttpException e) {
      EndpointAdapter.send(request, response, e);
      return;
    }
    enter(chain, request, response);
  }

  private void requireOurs(RoutingRequest request) {
    ServerRequestHeaders headers = request.headers();
    int fields = headers.stream().mapToInt(Header::valueCount).sum();
    if (fields > maxHeaderFields) {
      throw new HttpException(
          431,
          "too_many_headers",
          "",
          "expected at most %d header fields, found %d".formatted(maxHeaderFields, fields));
    }
    List<String> host = headers.all(HeaderNames.HOST, List::of);
    if (host.size() != 1) {
      throw new HttpException(
          400, "invalid_host", "", "expected one Host header, found " + host.size());
    }
    if (!hosts.accepts(host.getFirst())) {
      throw new HttpException(
          403,
          "wrong_host",
          "",
          "this server has another name than the Host header says; its operator can allow the name"
              + " with --host-name");
    }
  }

  /** Whether the request was a preflight and is answered. */
  private boolean checkOrigin(RoutingRequest request, RoutingResponse response) {
    ServerRequestHeaders headers = request.headers();
    String self =
        (request.isSecure() ? "https://" : "http://") + headers.get(HeaderNames.HOST).get();
    Optional<String> origin = headers.first(HeaderNames.ORIGIN);
    boolean navigation =
        request.prologue().method() == Method.GET
            && headers.first(FETCH_MODE).filter(mode -> mode.equals("navigate")).isPresent();
    OriginCheck.Verdict verdict =
        origins.judge(origin, headers.first(FETCH_SITE), navigation, self);
    if (verdict == OriginCheck.Verdict.FOREIGN) {
      throw new HttpException(
          403,
          "wrong_origin",
          "",
          "pages of other sites may not call this server; its operator can allow the site with"
              + " --allow-origin");
    }
    if (verdict == OriginCheck.Verdict.ALLOWED) {
      response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin.orElseThrow());
      response.header(HeaderNames.VARY, "Origin");
      if (request.prologue().method() == Method.OPTIONS) {
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE");
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
        response.header(HeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
        response.status(Status.NO_CONTENT_204).send();
        return true;
      }
    }
    return false;
  }

  /**
   * What tells nothing and costs nothing: the page, which asks for the key, and what containers
   * probe.
   */
  private static boolean isPublic(RoutingRequest request) {
    Method method = request.prologue().method();
    if (method != Method.GET && method != Method.HEAD) {
      return false;
    }
    String path = request.path().path();
    return path.equals("/")
        || path.startsWith("/assets/")
        || path.equals("/health")
        || path.startsWith("/health/");
  }

  private void enter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    Optional<ConcurrencyLimit.Place> place = requests.tryEnter();
    if (place.isEmpty()) {
      EndpointAdapter.send(
          request,
          response,
          HttpException.unavailable(
              "too_many_requests", "too many requests at the same time; try again later", 1));
      return;
    }
    try (ConcurrencyLimit.Place _ = place.get();
        ConcurrencyLimit.Place _ = admit(request)) {
      chain.proceed();
    } catch (Refusal e) {
      if (e.error.status() == 401) {
        response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
      }
      EndpointAdapter.send(request, response, e.error);
    }
  }

  /** Sets what is refused here apart from what endpoints throw. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient HttpException error;

    Refusal(HttpException error) {
      super(error);
      this.error = error;
    }
  }

  private ConcurrencyLimit.Place admit(RoutingRequest request) {
    if (keys.isEmpty()) {
      return () -> {};
    }
    ApiKey key = presented(request).flatMap(keys::find).orElseThrow(() -> unauthorized(request));
    keyNames.accept(key.name());
    double wait = key.tryRate();
    if (wait > 0) {
      int seconds = (int) Math.min(3600, Math.ceil(wait / 1000));
      throw new Refusal(
          HttpException.tooManyRequests(
              "this API key has sent its requests of the minute", seconds));
    }
    return key.tryEnter()
        .orElseThrow(() ->
            new Refusal(
                HttpException.tooManyRequests(
                    "this API key has as many requests running as it may have", 1)));
  }

  private static Optional<String> presented(RoutingRequest request) {
    return request
        .headers()
        .first(HeaderNames.AUTHORIZATION)
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip())
        .or(() -> request.headers().first(API_KEY));
  }

  private static Refusal unauthorized(RoutingRequest request) {
    return new Refusal(
        presented(request).isEmpty()
            ? new HttpException(
                401,
                "missing_api_key",
                "",
                "this server needs an API key: send it as Authorization: Bearer KEY")
            : new HttpException(401, "invalid_api_key", "", "this API key is not known here"));
  }
}
