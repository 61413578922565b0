package io.maque.hub.transfer;

/**
 * Hears how a pull goes on. Called often (every few hundred kilobytes) on the pulling thread; must
 * return quickly.
 */
@FunctionalInterface
public interface Progress {
  /** The total of a file whose size its source does not tell. */
  long UNKNOWN = -1;

  /** Hears nothing. */
  Progress NONE = (phase, file, doneBytes, totalBytes) -> {};

  /** The steps of a pull, in order. */
  enum Phase {
    /** Another pull of the same model is under way; this one waits for it. */
    WAITING,
    /** Asking the source what the model consists of; {@code file} is the source. */
    RESOLVING,
    /** Bytes of a file arrive. */
    DOWNLOADING,
    /** The arrived file is read again to compute its SHA-256. */
    VERIFYING,
    /** The file has its final name. */
    INSTALLED
  }

  /**
   * @param file name of the file, or of what is waited for or asked
   * @param doneBytes bytes done in this phase, resumed ones included
   * @param totalBytes bytes of this phase, or {@link #UNKNOWN}
   */
  void update(Phase phase, String file, long doneBytes, long totalBytes);
}
