package io.maque.cli.command;

import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.StopOnSignal;
import io.maque.cli.models.Models;
import io.maque.generate.LanguageModel;
import io.maque.hub.store.ModelFiles;
import io.maque.server.MaqueServer;
import io.maque.server.router.FixedModels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: models over HTTP, until it is told to end. */
@Command(
    header = "Serve models over HTTP",
    description = "Speaks OpenAI's API at http://HOST:PORT/v1. Ctrl-C ends it.")
public final class ServeCommand implements Callable<Integer> {
  private static final int MAX_SEQUENCES = 8;
  private static final int QUEUE_CAPACITY = 64;

  /** The web server tells of its starts and stops; a reference keeps the level from being lost. */
  private static final Logger WEB_SERVER = Logger.getLogger("io.helidon");

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      required = true,
      description = "Name, path or reference; may be repeated.")
  private List<String> models;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; default ${DEFAULT-VALUE}.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port to listen on, 0 takes a free one; default ${DEFAULT-VALUE}.")
  private int port;

  @Mixin private ModelArguments opening;

  @Option(names = "--pull", description = "Fetch models that are not on this machine.")
  private boolean pull;

  public ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    WEB_SERVER.setLevel(Level.WARNING);
    Map<String, LanguageModel> opened = new LinkedHashMap<>();
    try {
      Models known = new Models(console);
      for (String model : models) {
        ModelFiles files = known.findOrPull(model, pull);
        opened.put(
            files.name(), opening.openForMany(spec, files.model(), MAX_SEQUENCES, QUEUE_CAPACITY));
      }
      return serve(new FixedModels(opened));
    } finally {
      opened.values().forEach(LanguageModel::close);
    }
  }

  private int serve(FixedModels served) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    try (MaqueServer server = MaqueServer.start(served, host, port);
        StopOnSignal signal = new StopOnSignal(stopped::countDown)) {
      console.err().printf("serving at http://%s:%d/v1%n", host, server.port());
      stopped.await();
      return signal.stopping() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
  }
}
