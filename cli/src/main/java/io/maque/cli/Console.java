package io.maque.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The streams and the surroundings of one run of the program.
 *
 * @param in standard input
 * @param out standard output, UTF-8: results only
 * @param err standard error, UTF-8: progress, warnings, errors
 * @param terminals digits of the streams that are terminals: 0, 1, 2
 * @param environment environment variables
 */
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    String terminals,
    Map<String, String> environment) {

  /** The streams of this process. The launcher says which of them are terminals. */
  static Console ofProcess() {
    String both = System.console() == null ? "" : "01";
    return new Console(
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        System.getProperty("maque.terminals", both),
        System.getenv());
  }

  /** Whether a person types the input. */
  public boolean inIsTerminal() {
    return terminals.contains("0");
  }

  /** Whether a person reads the output as it comes. */
  public boolean outIsTerminal() {
    return terminals.contains("1");
  }

  /** Whether progress bars and warnings reach a terminal. */
  public boolean errIsTerminal() {
    return terminals.contains("2");
  }

  /** Whether a person can be asked a question: it is printed on {@link #err()}. */
  public boolean canAsk() {
    return inIsTerminal() && errIsTerminal();
  }

  /** Whether stack traces are wanted. */
  boolean debug() {
    return !environment.getOrDefault("MAQUE_DEBUG", "").isEmpty();
  }
}
