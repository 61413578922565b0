package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.cli.console.Json;
import io.maque.hub.builtin.BuiltInModel;
import io.maque.hub.store.StoredFile;
import io.maque.hub.store.StoredModel;
import java.io.IOException;
import java.util.Locale;

/** A model of this machine in JSON. */
final class StoredModels {
  /** Where the model comes from that comes with the program. */
  static final String BUILT_IN = "built in";

  private StoredModels() {}

  /** Writes the fields into the open object. */
  static void write(JsonGenerator json, StoredModel model) throws IOException {
    json.writeStringField("name", model.name().value());
    json.writeStringField("source", model.source());
    json.writeNumberField("bytes", model.bytes());
    json.writeStringField("pulledAt", model.pulledAt().toString());
    json.writeStringField("path", model.paths().model().toString());
    Json.writeArray(json, "files", model.files(), StoredModels::write);
  }

  /** The same for the built-in model, which was never pulled and lies in the program. */
  static void write(JsonGenerator json, BuiltInModel model) throws IOException {
    json.writeStringField("name", BuiltInModel.NAME.value());
    json.writeStringField("source", BUILT_IN);
    json.writeNumberField("bytes", model.bytes());
    Json.writeArray(json, "files", model.files(), StoredModels::write);
  }

  private static void write(JsonGenerator json, StoredFile file) throws IOException {
    json.writeStringField("name", file.name());
    json.writeStringField("role", file.role().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("bytes", file.bytes());
    json.writeStringField("sha256", file.sha256());
  }
}
