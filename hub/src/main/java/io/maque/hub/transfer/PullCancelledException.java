package io.maque.hub.transfer;

/**
 * The pulling thread was interrupted. Its interrupt flag is set again; what had arrived is kept and
 * the next pull goes on from there.
 */
public final class PullCancelledException extends PullException {
  private static final long serialVersionUID = 1L;

  private PullCancelledException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Restores the interrupt flag and describes what was given up. */
  public static PullCancelledException during(String work, Throwable cause) {
    Thread.currentThread().interrupt();
    return new PullCancelledException(
        "%s was cancelled; what has arrived is kept, pull again to go on".formatted(work), cause);
  }
}
