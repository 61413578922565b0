package io.maque.cli;

import io.maque.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs one command line in this process and keeps what it printed. */
public record Invocation(int exitCode, String out, String err) {

  /** Runs with empty input, no terminal and an empty environment. */
  public static Invocation of(String... args) {
    return with("", Map.of(), args);
  }

  /** Runs with a store of its own below {@code home}. */
  public static Invocation inHome(Path home, String... args) {
    return with("", Map.of("MAQUE_HOME", home.toString()), args);
  }

  /** Runs with the given standard input and environment, no terminal. */
  public static Invocation with(String input, Map<String, String> environment, String... args) {
    return with(input.getBytes(StandardCharsets.UTF_8), environment, args);
  }

  /** The same with bytes on standard input. */
  public static Invocation with(byte[] input, Map<String, String> environment, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = console(input, out, err, environment);
    int exitCode = Commands.run(console, args);
    return new Invocation(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** A console whose output nobody reads. */
  static Console silent() {
    return console(new byte[0], new ByteArrayOutputStream(), new ByteArrayOutputStream(), Map.of());
  }

  private static Console console(
      byte[] input, OutputStream out, OutputStream err, Map<String, String> environment) {
    return new Console(
        new ByteArrayInputStream(input),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        "",
        Map.copyOf(environment));
  }
}
