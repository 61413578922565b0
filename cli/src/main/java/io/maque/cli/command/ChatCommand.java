package io.maque.cli.command;

import io.maque.cli.chat.ChatScreen;
import io.maque.cli.chat.ChatSession;
import io.maque.cli.chat.PipeScreen;
import io.maque.cli.chat.TerminalScreen;
import io.maque.cli.console.CommandFailedException;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.models.Demonstration;
import io.maque.cli.models.Models;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.hub.store.ModelFiles;
import io.maque.sampling.SamplingOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chat}: a conversation in the terminal. */
@Command(
    addMethodSubcommands = false,
    header = "Converse in the terminal",
    description = {
      "Without MODEL: the model used last, else the one pulled last; on a fresh",
      "machine the built-in demonstration model. /help shows what can be said to the",
      "program. With piped input, each line is one turn."
    })
public final class ChatCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Name, path or reference.")
  private String model;

  @Option(names = "--system", paramLabel = "TEXT", description = "Instructions to the model.")
  private String system = "";

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "" + GenerationRequest.UNLIMITED,
      showDefaultValue = Visibility.NEVER,
      description = "Longest answer; default what the context holds.")
  private int maxTokens;

  @Mixin private SamplingArguments sampling;
  @Mixin private ModelArguments opening;
  @Mixin private ProjectorArgument projector;

  @Option(names = "--pull", description = "Fetch the model when it is not on this machine.")
  private boolean pull;

  public ChatCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    SamplingOptions options = Arguments.checked(spec, sampling::toOptions);
    int answerTokens = Arguments.checked(spec, () -> Arguments.answerTokens(maxTokens));
    Models models = new Models(console);
    ModelFiles files = choose(models);
    introduce(models, files);
    try (LanguageModel opened = opening.open(spec, projector.with(files))) {
      if (!opened.card().hasChatTemplate()) {
        throw new CommandFailedException(
            "%s has no chat template, so it cannot converse; 'maque run --raw' continues text"
                .formatted(files.name()));
      }
      models.remember(files);
      try (ChatScreen screen = screen(models)) {
        if (isInteractive()) {
          screen.note("%s is ready. /help shows commands.".formatted(files.name()));
        }
        new ChatSession(
                opened,
                screen,
                request -> request.withSampling(options).withMaxTokens(answerTokens),
                system)
            .run();
      }
    }
    return ExitCode.DONE;
  }

  private ModelFiles choose(Models models) {
    if (model != null) {
      return models.findOrPull(model, pull);
    }
    ModelFiles preferred = models.preferred();
    console.err().printf("chatting with %s%n", preferred.name());
    return preferred;
  }

  private void introduce(Models models, ModelFiles files) {
    if (models.hub().builtIn().owns(files.model())) {
      Demonstration demonstration = new Demonstration(console);
      demonstration.introduce();
      if (models.isFresh()) {
        demonstration.suggest();
      }
    }
  }

  private ChatScreen screen(Models models) {
    return isInteractive()
        ? TerminalScreen.ofProcess(models.home().resolve("chat-history"))
        : new PipeScreen(console);
  }

  private boolean isInteractive() {
    return console.inIsTerminal() && console.outIsTerminal();
  }
}
