package io.maque.cli.command;

import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.StopSignals;
import io.maque.cli.models.Demonstration;
import io.maque.cli.models.Models;
import io.maque.metrics.WallClock;
import io.maque.server.MaqueServer;
import io.maque.server.config.InvalidConfigException;
import io.maque.server.config.ServerConfig;
import io.maque.server.config.Setting;
import io.maque.server.config.Settings;
import io.maque.server.observe.ServerMeters;
import io.maque.server.router.MemorySize;
import io.maque.server.router.ModelLoader;
import io.maque.server.router.ModelPool;
import io.maque.server.router.Offers;
import io.maque.server.router.PoolOptions;
import io.maque.server.schema.Grammars;
import io.maque.server.security.LocalAddresses;
import io.maque.server.security.Tls;
import io.maque.server.security.TlsIdentity;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: models over HTTP, until it is told to end. */
@Command(
    addMethodSubcommands = false,
    header = "Serve models over HTTP",
    description =
        "Speaks OpenAI's and Ollama's APIs and serves a page to chat at http://HOST:PORT/. Each"
            + " option is also a variable, as MAQUE_SERVE_PORT, and a line of the file, as port ="
            + " 8080. Ctrl-C ends it in order, a second one at once.",
    modelTransformer = ServeCommand.SettingsAsOptions.class)
public final class ServeCommand implements Callable<Integer> {
  /** The web server tells of its starts and stops; a reference keeps the level from being lost. */
  private static final Logger WEB_SERVER = Logger.getLogger("io.helidon");

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings, one a line: key = value. Options and variables go before it.")
  private Path file;

  @Option(
      names = "--print-config",
      description = "Print the settings in force, each with its origin, and end.")
  private boolean printConfig;

  @Option(names = "--pull", description = "Fetch models that are not on this machine.")
  private boolean pull;

  public ServeCommand(Console console) {
    this.console = console;
  }

  /** Every setting but a secret is an option. */
  static final class SettingsAsOptions implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      for (Setting setting : Setting.values()) {
        if (!setting.isSecret()) {
          command.addOption(option(setting));
        }
      }
      return command;
    }

    private static OptionSpec option(Setting setting) {
      String otherwise =
          setting.defaultText().isEmpty() || setting.isSwitch()
              ? ""
              : " Default %s.".formatted(setting.defaultText());
      OptionSpec.Builder option =
          OptionSpec.builder(setting.flag())
              .description((setting.description() + otherwise).replace("%", "%%"));
      if (setting.isSwitch()) {
        return option.type(boolean.class).build();
      }
      return option
          .paramLabel(setting.label())
          .type(List.class)
          .auxiliaryTypes(String.class)
          .build();
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    WEB_SERVER.setLevel(Level.WARNING);
    Settings settings = settings();
    ServerConfig config = ServerConfig.of(settings);
    if (printConfig) {
      console.out().print(settings.print());
      return ExitCode.DONE;
    }
    Models models = new Models(console);
    config.models().offered().forEach(offer -> models.findOrPull(offer.model(), pull));
    Offers offers = Offers.of(config.models().offered(), models.hub());
    requirePinnedOffered(config, offers);
    Optional<TlsIdentity> tls = Tls.open(config, models.home().resolve("tls"), WallClock.local());
    Grammars grammars = new Grammars();
    ModelLoader loader =
        ModelLoader.of(config.models().open(), model -> grammars.prepare(model.tokenizer()));
    try (StopSignals signals = new StopSignals();
        ServerMeters meters = new ServerMeters();
        ModelPool pool = new ModelPool(offers, loader, poolOptions(config), meters)) {
      meters.watch(() -> pool.loaded().values(), pool::usedBytes, pool::budgetBytes);
      try (MaqueServer server =
          MaqueServer.start(
              pool, config, new MaqueServer.Parts(meters, tls, console.err(), grammars))) {
        pool.loadPinned();
        server.ready();
        announce(config, tls, server.port());
        introduce(offers, models);
        signals.await();
        console.err().println("stopping; answers in work may finish");
      }
    }
    return ExitCode.DONE;
  }

  private Settings settings() {
    Map<Setting, List<String>> flags = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      OptionSpec option = spec.findOption(setting.flag());
      Object value = option == null ? null : option.getValue();
      switch (value) {
        case List<?> texts -> flags.put(setting, texts.stream().map(String.class::cast).toList());
        case Boolean on when on -> flags.put(setting, List.of("true"));
        case null, default -> {
          // Not given.
        }
      }
    }
    Settings lower = file == null ? Settings.none() : Settings.ofFile(file);
    return Settings.ofFlags(flags).over(Settings.ofEnvironment(console.environment())).over(lower);
  }

  private static void requirePinnedOffered(ServerConfig config, Offers offers) {
    Set<String> names = offers.files().keySet();
    for (String pinned : config.models().pinned()) {
      if (!names.contains(pinned)) {
        throw new InvalidConfigException(
            "pin: expected one of the models that are offered (%s), found %s"
                .formatted(String.join(", ", names), pinned));
      }
    }
  }

  private static PoolOptions poolOptions(ServerConfig config) {
    ServerConfig.Models models = config.models();
    return new PoolOptions(
        models.memoryBudgetBytes().orElseGet(MemorySize::defaultBudgetBytes),
        models.idleUnload(),
        models.loadTimeout(),
        Set.copyOf(models.pinned()));
  }

  private void announce(ServerConfig config, Optional<TlsIdentity> tls, int port) {
    String scheme = tls.isPresent() ? "https" : "http";
    for (String host : reachable(config)) {
      console.err().printf("serving at %s://%s:%d/%n", scheme, host, port);
    }
    tls.ifPresent(
        identity -> console.err().printf("certificate SHA-256 %s%n", identity.fingerprint()));
    if (!config.listen().isLoopback() && config.access().insecureNoAuth()) {
      console
          .err()
          .println("warning: everybody who reaches this machine may use it, without a key");
    }
  }

  /** Where nobody but the demonstration model answers. */
  private void introduce(Offers offers, Models models) {
    if (offers.files().values().stream().allMatch(offers::isDemonstration)) {
      Demonstration demonstration = new Demonstration(console);
      demonstration.introduce();
      if (models.isFresh()) {
        demonstration.suggest();
      }
    }
  }

  /** What to type into a browser: of all addresses those of the network, for phones. */
  private static List<String> reachable(ServerConfig config) {
    InetAddress address = config.listen().address();
    List<String> hosts = new ArrayList<>();
    if (address.isAnyLocalAddress()) {
      hosts.add("localhost");
      LocalAddresses.ofNetwork().forEach(each -> hosts.add(LocalAddresses.inUrl(each)));
      hosts.addAll(config.listen().hostNames());
    } else {
      hosts.add(LocalAddresses.inUrl(address));
    }
    return hosts;
  }
}
