package io.maque.engine;

/** As many requests wait as may wait; the caller should come back later. */
public final class QueueFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  QueueFullException(int limit) {
    super(
        "the model has %d requests running or waiting, which is its limit; try again later"
            .formatted(limit));
  }
}
