package io.maque.server.answer;

/** The thread that awaited answers was interrupted; they were cancelled. */
public final class AnswersInterruptedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AnswersInterruptedException(InterruptedException cause) {
    super("interrupted while awaiting answers; they were cancelled", cause);
  }
}
