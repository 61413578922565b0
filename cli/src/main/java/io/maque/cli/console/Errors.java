package io.maque.cli.console;

import java.io.FileNotFoundException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Turns what was thrown into the one sentence that the user reads. */
public final class Errors {
  private Errors() {}

  /** Prints the sentence, and the stack trace when {@code debug}. */
  public static void report(Throwable error, PrintStream err, boolean debug) {
    err.println("maque: " + sentence(error));
    if (debug) {
      error.printStackTrace(err);
    } else if (!isExpected(error)) {
      err.println("This is a defect of Maque; with --verbose the stack trace is shown.");
    }
  }

  /** One line without control characters. */
  public static String sentence(Throwable error) {
    String text =
        switch (error) {
          case UncheckedIOException e when e.getCause() != null -> sentence(e.getCause());
          case NoSuchFileException e -> "no such file: " + e.getFile();
          case FileNotFoundException e -> "cannot open " + e.getMessage();
          case AccessDeniedException e -> "no permission to access " + e.getFile();
          case OutOfMemoryError e ->
              "out of memory (" + e.getMessage() + "): give the JVM more with MAQUE_OPTS=-Xmx4g";
          case StackOverflowError _ -> "the input is nested too deeply";
          default ->
              error.getMessage() != null && isExpected(error)
                  ? error.getMessage()
                  : "unexpected " + error;
        };
    return PlainText.singleLine(text);
  }

  /** Whether the message was written for users: our own exceptions, and those of files. */
  private static boolean isExpected(Throwable error) {
    return error instanceof java.io.IOException
        || error instanceof UncheckedIOException
        || error instanceof VirtualMachineError
        || error.getClass().getPackageName().startsWith("io.maque");
  }
}
