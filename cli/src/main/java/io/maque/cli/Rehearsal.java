package io.maque.cli;

import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import java.util.List;

/**
 * Several command lines in one process. The launcher runs it once after a build, so that the JVM
 * archives what a start of any of them loads and links.
 */
final class Rehearsal {
  private Rehearsal() {}

  /**
   * Has every model answer.
   *
   * @param models files
   */
  public static void main(String[] models) {
    Console console = Console.ofProcess();
    Main.reportUncaught(console);
    System.exit(run(console, List.of(models)));
  }

  /** The exit code of the first command line that fails, or that of success. */
  static int run(Console console, List<String> models) {
    for (String model : models) {
      int code = Commands.run(console, "run", model, "Hello", "--max-tokens", "4");
      if (code == ExitCode.DONE) {
        code = Commands.run(console, "run", model, "Hello", "--raw", "--json", "--max-tokens", "4");
      }
      if (code != ExitCode.DONE) {
        return code;
      }
    }
    return ExitCode.DONE;
  }
}
