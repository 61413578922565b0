package io.maque.server;

import io.maque.fixture.TinyModels;
import io.maque.hub.store.ModelFiles;
import io.maque.server.config.ServerConfig;
import io.maque.server.config.Setting;
import io.maque.server.config.Settings;
import io.maque.server.observe.ServerMeters;
import io.maque.server.router.ModelLoader;
import io.maque.server.router.ModelPool;
import io.maque.server.router.PoolOptions;
import io.maque.server.schema.Grammars;
import io.maque.server.security.Tls;
import io.maque.server.security.TlsIdentity;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A real server as an operator configures it, with a pool of two tiny models, a and b. */
public final class GuardedServer implements AutoCloseable {
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final ServerMeters meters = new ServerMeters();
  private final Grammars grammars = new Grammars();
  private final Optional<TlsIdentity> tls;
  private final ModelPool pool;
  private final MaqueServer server;

  /**
   * @param settings beside port 0, as {@code key=value}
   */
  public GuardedServer(Path folder, String... settings) {
    Map<Setting, List<String>> flags = new EnumMap<>(Setting.class);
    flags.put(Setting.PORT, List.of("0"));
    for (String each : settings) {
      int equals = each.indexOf('=');
      flags.put(
          Setting.valueOf(each.substring(0, equals).toUpperCase(Locale.ROOT).replace('-', '_')),
          List.of(each.substring(equals + 1)));
    }
    ServerConfig config = ServerConfig.of(Settings.ofFlags(flags));
    Path a = TinyModels.chat(7).write(folder.resolve("a.gguf"));
    Path b = TinyModels.chat(8).write(folder.resolve("b.gguf"));
    tls = Tls.open(config, folder.resolve("tls"), Clock.systemUTC());
    pool =
        new ModelPool(
            () ->
                Map.of(
                    "a", new ModelFiles("a", a, Optional.empty()),
                    "b", new ModelFiles("b", b, Optional.empty())),
            ModelLoader.of(config.models().open(), model -> grammars.prepare(model.tokenizer())),
            new PoolOptions(
                config.models().memoryBudgetBytes().orElse(1L << 30),
                config.models().idleUnload(),
                config.models().loadTimeout(),
                Set.copyOf(config.models().pinned())),
            meters);
    meters.watch(() -> pool.loaded().values(), pool::usedBytes, pool::budgetBytes);
    server = MaqueServer.start(pool, config, new MaqueServer.Parts(meters, tls, log, grammars));
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  MaqueServer server() {
    return server;
  }

  TlsIdentity identity() {
    return tls.orElseThrow();
  }

  /** What the access log has by now. */
  List<String> log() {
    return log.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Override
  public void close() {
    server.close();
    pool.close();
    meters.close();
  }
}
