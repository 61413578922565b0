package io.maque.server.ollama;

import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;

/** How requests name a model: {@code model}, formerly {@code name}, perhaps with a tag. */
public final class ModelName {
  /** Clients add this tag to names without one; models here have none. */
  private static final String NO_TAG = ":latest";

  private ModelName() {}

  /** The model that a request names; it must name one. */
  public static String read(JsonFields body) {
    String name = body.string("name").orElse("");
    String model = body.string("model").orElse(name);
    if (model.isEmpty()) {
      throw HttpException.badField(
          "missing_required_parameter", "model", "it must be given; GET /api/tags lists them");
    }
    return model.endsWith(NO_TAG) ? model.substring(0, model.length() - NO_TAG.length()) : model;
  }
}
