package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.ollama.Compatibility;
import java.util.Map;

/** {@code GET /api/version}: which version of Ollama's API this is. */
public final class OllamaVersionHandler implements Endpoint {

  @Override
  public void handle(Exchange exchange) {
    exchange.reply(Map.of("version", Compatibility.VERSION));
  }
}
