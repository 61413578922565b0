package io.maque.server.security;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** At most so many at the same time; nobody waits. */
final class ConcurrencyLimit {
  private final Semaphore permits;

  /**
   * @param most 0 does not limit
   */
  ConcurrencyLimit(int most) {
    this.permits = new Semaphore(most == 0 ? Integer.MAX_VALUE : most);
  }

  /** A place, until it is closed; closing it twice gives it back once. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /** A place if there is one. */
  Optional<Place> tryEnter() {
    if (!permits.tryAcquire()) {
      return Optional.empty();
    }
    AtomicBoolean left = new AtomicBoolean();
    return Optional.of(() -> {
      if (left.compareAndSet(false, true)) {
        permits.release();
      }
    });
  }
}
