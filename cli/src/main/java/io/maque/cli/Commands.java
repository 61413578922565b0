package io.maque.cli;

import io.maque.cli.command.ChatCommand;
import io.maque.cli.command.ConvertCommand;
import io.maque.cli.command.EvalCommand;
import io.maque.cli.command.InspectCommand;
import io.maque.cli.command.KernelsCommand;
import io.maque.cli.command.ListCommand;
import io.maque.cli.command.LoadCommand;
import io.maque.cli.command.PerplexityCommand;
import io.maque.cli.command.PullCommand;
import io.maque.cli.command.QuantizeCommand;
import io.maque.cli.command.RemoveCommand;
import io.maque.cli.command.RunCommand;
import io.maque.cli.command.ServeCommand;
import io.maque.cli.command.TokenizeCommand;
import io.maque.cli.console.Console;
import io.maque.cli.console.Errors;
import io.maque.cli.console.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The commands of Maque, and how one command line is run. */
public final class Commands {

  /** Every command in the order of the help text. A new command is a line here. */
  static final List<Entry> ALL =
      List.of(
          new Entry(Group.TALK, "chat", ChatCommand::new),
          new Entry(Group.TALK, "run", RunCommand::new),
          new Entry(Group.TALK, "serve", ServeCommand::new),
          new Entry(Group.STORE, "pull", PullCommand::new),
          new Entry(Group.STORE, "list", ListCommand::new),
          new Entry(Group.STORE, "rm", RemoveCommand::new),
          new Entry(Group.MAKE, "convert", ConvertCommand::new),
          new Entry(Group.MAKE, "quantize", QuantizeCommand::new),
          new Entry(Group.EXAMINE, "inspect", InspectCommand::new),
          new Entry(Group.EXAMINE, "tokenize", TokenizeCommand::new),
          new Entry(Group.EXAMINE, "perplexity", PerplexityCommand::new),
          new Entry(Group.MEASURE, "eval", EvalCommand::new),
          new Entry(Group.MEASURE, "load", LoadCommand::new),
          new Entry(Group.MACHINE, "kernels", KernelsCommand::new));

  private Commands() {}

  /** The sections of the help text. */
  enum Group {
    TALK("Talk to a model"),
    STORE("Local models"),
    MAKE("Make model files"),
    EXAMINE("Look inside"),
    MEASURE("Measure"),
    MACHINE("This machine");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** One command: where the help shows it, its name, how it is made. */
  record Entry(Group group, String name, Function<Console, Callable<Integer>> factory) {}

  /**
   * Runs one command line.
   *
   * @return the exit code
   */
  public static int run(Console console, String... args) {
    String[] line = helpAsOption(args);
    return commandLine(console, needed(line)).execute(line);
  }

  /** {@code help} and {@code help COMMAND}, as many programs have them. */
  private static String[] helpAsOption(String[] args) {
    if (args.length == 0 || !args[0].equals("help")) {
      return args;
    }
    return args.length == 1 ? new String[] {"--help"} : new String[] {args[1], "--help"};
  }

  /**
   * Reading the options of a command costs some 15 ms of a cold JVM, so only the one that is named
   * is read; the help text and a wrong name need all.
   */
  private static List<Entry> needed(String[] args) {
    String first = args.length == 0 ? "" : args[0];
    if (first.equals("--version")) {
      return List.of();
    }
    List<Entry> named = ALL.stream().filter(entry -> entry.name().equals(first)).toList();
    return named.isEmpty() ? ALL : named;
  }

  static CommandLine commandLine(Console console, List<Entry> entries) {
    CommandLine root = new CommandLine(new MaqueCommand());
    for (Entry entry : entries) {
      // A line of its own: picocli transforms the models of those only.
      root.addSubcommand(entry.name(), new CommandLine(entry.factory().apply(console)));
    }
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Usage::commandList);
    root.setOut(new PrintWriter(console.out(), true));
    root.setErr(new PrintWriter(console.err(), true));
    root.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setUsageHelpAutoWidth(false);
    root.setParameterExceptionHandler(Usage::reportWrongUsage);
    root.setExecutionExceptionHandler((exception, commandLine, parsed) -> {
      MaqueCommand options = (MaqueCommand) root.getCommandSpec().userObject();
      Errors.report(exception, console.err(), options.verbose() || console.debug());
      return ExitCode.FAILED;
    });
    return root;
  }
}
