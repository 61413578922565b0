package io.maque.lab.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What requests are sent to.
 *
 * @param base address of the API, such as {@code http://127.0.0.1:8080/v1}
 * @param api which of the two APIs
 * @param model model named in every request
 * @param apiKey sent as a bearer token
 * @param timeout longest wait for a whole answer
 * @param extra fields put into every request over the usual ones; a null removes a field
 */
public record Endpoint(
    URI base, Api api, String model, Optional<String> apiKey, Duration timeout, ObjectNode extra) {

  /** The two APIs that stream text. */
  public enum Api {
    CHAT("/chat/completions"),
    COMPLETIONS("/completions");

    private final String path;

    Api(String path) {
      this.path = path;
    }
  }

  public Endpoint {
    boolean http = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
    if (!http || base.getHost() == null) {
      throw new IllegalArgumentException(
          "URL: expected http://HOST:PORT or https://HOST:PORT, found " + base);
    }
    base = withVersion(base);
  }

  /** Servers are named by their root or by their API; requests go to the API. */
  private static URI withVersion(URI base) {
    String text = base.toString().replaceAll("/+$", "");
    return URI.create(text.endsWith("/v1") ? text : text + "/v1");
  }

  /** A streaming request for up to {@code maxTokens} tokens. */
  HttpRequest request(String prompt, int maxTokens) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(base + api.path))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body(prompt, maxTokens).toString()));
    apiKey.ifPresent(key -> builder.header("Authorization", "Bearer " + key));
    return builder.build();
  }

  private ObjectNode body(String prompt, int maxTokens) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("model", model);
    if (api == Api.CHAT) {
      body.putArray("messages").addObject().put("role", "user").put("content", prompt);
    } else {
      body.put("prompt", prompt);
    }
    body.put("max_tokens", maxTokens);
    body.put("temperature", 0);
    body.put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    for (Map.Entry<String, JsonNode> field : extra.properties()) {
      if (field.getValue().isNull()) {
        body.remove(field.getKey());
      } else {
        body.set(field.getKey(), field.getValue());
      }
    }
    return body;
  }
}
