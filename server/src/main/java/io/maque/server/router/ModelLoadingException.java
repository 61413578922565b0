package io.maque.server.router;

import java.time.Duration;

/** A model is being loaded for longer than a request should wait. */
public final class ModelLoadingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelLoadingException(String name, Duration waited) {
    super(
        "model %s is still being loaded after %s seconds: try again later"
            .formatted(name, waited.toSeconds()));
  }
}
