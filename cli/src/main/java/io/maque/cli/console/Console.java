package io.maque.cli.console;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;

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
  public static Console ofProcess() {
    String both = System.console() == null ? "" : "01";
    return new Console(
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(errorStream(), true, StandardCharsets.UTF_8),
        System.getProperty("maque.terminals", both),
        System.getenv());
  }

  /** Standard error; the launcher may say under which name, see there why. */
  private static OutputStream errorStream() {
    String name = System.getProperty("maque.stderr");
    if (name == null) {
      return System.err;
    }
    try {
      FileOutputStream stream = new FileOutputStream(name, true);
      System.setErr(new PrintStream(stream, true, StandardCharsets.UTF_8));
      return stream;
    } catch (FileNotFoundException e) {
      throw new UncheckedIOException("cannot reopen standard error", e);
    }
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

  /** Asks a question on standard error; anything but y or yes, and the end of input, mean no. */
  public boolean confirm(String question) {
    err.print(question + " [y/N] ");
    err.flush();
    Scanner answers = new Scanner(in, StandardCharsets.UTF_8);
    return answers.hasNextLine()
        && answers.nextLine().strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }

  /** Whether stack traces are wanted. */
  public boolean debug() {
    return !environment.getOrDefault("MAQUE_DEBUG", "").isEmpty();
  }
}
