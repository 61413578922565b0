package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.http.HttpException;

/**
 * Ollama's endpoints that change which models there are: refused, since that is for those who have
 * the machine, not for those who may ask its models.
 */
public final class OllamaManagementHandler implements Endpoint {
  private final String instead;

  /**
   * @param instead what to do instead, such as {@code maque pull NAME}
   */
  public OllamaManagementHandler(String instead) {
    this.instead = instead;
  }

  @Override
  public void handle(Exchange exchange) {
    throw new HttpException(
        501,
        "not_offered",
        "",
        "models are not managed over HTTP here; on the server's machine, %s".formatted(instead));
  }
}
