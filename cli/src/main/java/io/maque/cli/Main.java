package io.maque.cli;

import io.maque.cli.console.Console;
import io.maque.cli.console.Errors;
import io.maque.cli.console.ExitCode;

/** Where the process starts; everything that depends on the process is taken from it here. */
public final class Main {
  private Main() {}

  /** Runs one command line and ends the process with its exit code. */
  public static void main(String[] args) {
    Console console = Console.ofProcess();
    reportUncaught(console);
    int exitCode = Commands.run(console, args);
    console.out().flush();
    // Everything is closed; an exit in order would look for a logger in all jars first, 25 ms.
    Runtime.getRuntime().halt(exitCode);
  }

  /** Whatever ends a thread unforeseen is said in one sentence, and ends the process. */
  static void reportUncaught(Console console) {
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
      Errors.report(error, console.err(), console.debug());
      Runtime.getRuntime().halt(ExitCode.FAILED);
    });
  }
}
