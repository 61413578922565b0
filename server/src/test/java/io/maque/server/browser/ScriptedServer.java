package io.maque.server.browser;

import io.maque.server.MaqueServer;
import io.maque.server.config.ServerConfig;
import io.maque.server.config.Setting;
import io.maque.server.config.Settings;
import io.maque.server.observe.ServerMeters;
import io.maque.server.router.Lease;
import io.maque.server.router.ModelEntry;
import io.maque.server.router.Models;
import io.maque.server.schema.Grammars;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The real server with two names for one scripted model, which under one of them takes pictures; or
 * with that of the demonstration model alone.
 */
final class ScriptedServer implements AutoCloseable {
  static final String TEXT_MODEL = "sparrow-small";
  static final String VISION_MODEL = "sparrow-eyes";
  static final String DEMONSTRATION = "maque-nano";

  final ScriptedModel model = new ScriptedModel();
  private final MaqueServer server;

  ScriptedServer() {
    this(Map.of(), twoNames());
  }

  private ScriptedServer(Map<Setting, List<String>> more, List<ModelEntry> entries) {
    Map<Setting, List<String>> flags = new HashMap<>(more);
    flags.put(Setting.PORT, List.of("0"));
    flags.put(Setting.ACCESS_LOG, List.of("off"));
    flags.put(Setting.SHUTDOWN_GRACE, List.of("1s"));
    server =
        MaqueServer.start(
            new Names(model, entries),
            ServerConfig.of(Settings.ofFlags(flags)),
            new MaqueServer.Parts(
                new ServerMeters(),
                Optional.empty(),
                OutputStream.nullOutputStream(),
                new Grammars()));
    server.ready();
  }

  /** One that answers nobody without this key. */
  static ScriptedServer demanding(String key) {
    return new ScriptedServer(Map.of(Setting.API_KEY, List.of(key)), twoNames());
  }

  /** One on a machine without models. */
  static ScriptedServer demonstrating() {
    List<String> capabilities = List.of("completion", "chat", "vision", "demonstration");
    return new ScriptedServer(
        Map.of(), List.of(new ModelEntry(DEMONSTRATION, false, capabilities, Optional.empty())));
  }

  private static List<ModelEntry> twoNames() {
    return List.of(
        new ModelEntry(
            TEXT_MODEL,
            true,
            List.of("completion", "chat"),
            Optional.of(new ScriptedModel().card())),
        new ModelEntry(
            VISION_MODEL, false, List.of("completion", "chat", "vision"), Optional.empty()));
  }

  private record Names(ScriptedModel model, List<ModelEntry> list) implements Models {
    @Override
    public Lease acquire(String name) {
      boolean sees =
          list.stream()
              .anyMatch(
                  entry -> entry.name().equals(name) && entry.capabilities().contains("vision"));
      return new Named(name, sees ? model.withEyes() : model);
    }
  }

  private record Named(String name, ScriptedModel model) implements Lease {
    @Override
    public double loadMillis() {
      return 0;
    }

    @Override
    public void close() {}
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
