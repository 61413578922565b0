package io.maque.cli;

import io.maque.cli.console.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code maque} itself: prints its help; holds the options that every command has. */
@Command(
    addMethodSubcommands = false,
    name = "maque",
    versionProvider = Version.class,
    header = "Small language models on ordinary CPUs.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"maque COMMAND [OPTIONS]"},
    optionListHeading = "%nOptions%n",
    footer = {
      "",
      "A MODEL is a name in the local store, a path to a .gguf file, or a reference:",
      "hf:OWNER/REPO/FILE, modelscope:..., ollama:NAME, https://..., package:NAME.",
      "",
      "'maque COMMAND --help' explains a command."
    })
final class MaqueCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Print the version and exit.")
  private boolean version;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
