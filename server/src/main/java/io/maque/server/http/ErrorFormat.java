package io.maque.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How an error is written in the dialect that a client speaks. */
public enum ErrorFormat {
  /** {@code {"error": {"message", "type", "param", "code"}}}. */
  OPENAI {
    @Override
    public JsonNode body(HttpException error) {
      ObjectNode root = Json.object();
      root.putObject("error")
          .put("message", error.getMessage())
          .put("type", type(error.status()))
          .put("param", error.param().isEmpty() ? null : error.param())
          .put("code", error.code());
      return root;
    }
  },

  /** {@code {"error": "message"}}. */
  OLLAMA {
    @Override
    public JsonNode body(HttpException error) {
      return Json.object().put("error", error.getMessage());
    }
  };

  /** The body of an answer that says what is wrong. */
  public abstract JsonNode body(HttpException error);

  /** The dialect of an endpoint: all of Ollama's are below {@code /api/}. */
  public static ErrorFormat of(String path) {
    return path.startsWith("/api/") ? OLLAMA : OPENAI;
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }
}
