package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.hub.store.StoredFile;
import io.maque.hub.store.StoredModel;
import java.io.IOException;

/** A model of the store in JSON. */
final class StoredModels {
  private StoredModels() {}

  /** Writes the fields into the open object. */
  static void write(JsonGenerator json, StoredModel model) throws IOException {
    json.writeStringField("name", model.name().value());
    json.writeStringField("source", model.source());
    json.writeNumberField("bytes", model.bytes());
    json.writeStringField("pulledAt", model.pulledAt().toString());
    json.writeStringField("path", model.paths().model().toString());
    json.writeArrayFieldStart("files");
    for (StoredFile file : model.files()) {
      json.writeStartObject();
      json.writeStringField("name", file.name());
      json.writeStringField("role", file.role().name().toLowerCase(java.util.Locale.ROOT));
      json.writeNumberField("bytes", file.bytes());
      json.writeStringField("sha256", file.sha256());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
