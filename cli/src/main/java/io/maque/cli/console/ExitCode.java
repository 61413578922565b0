package io.maque.cli.console;

/** What the process tells its caller; scripts rely on these numbers. */
public final class ExitCode {
  /** Done. */
  public static final int DONE = 0;

  /** The command line was understood, and the work failed. */
  public static final int FAILED = 1;

  /** The command line itself is wrong. */
  public static final int USAGE = 2;

  /** The user interrupted the work: 128 + SIGINT, as shells expect. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
