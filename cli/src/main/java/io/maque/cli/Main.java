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
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
      Errors.report(error, console.err(), console.debug());
      Runtime.getRuntime().halt(ExitCode.FAILED);
    });
    int exitCode = Commands.run(console, args);
    console.out().flush();
    System.exit(exitCode);
  }
}
