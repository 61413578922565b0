package io.maque.generate;

/** The thread that awaited an answer was interrupted; the request was cancelled. */
public final class GenerationInterruptedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GenerationInterruptedException(InterruptedException cause) {
    super("interrupted while awaiting an answer; the request was cancelled", cause);
  }
}
