package io.maque.server.router;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@link ModelPool} is allowed.
 *
 * @param budgetBytes memory of all models together
 * @param idleUnload how long an unused model stays; empty keeps it until its memory is needed
 * @param loadTimeout longest wait of a request for a load
 * @param pinned names of models that stay once they are loaded
 */
public record PoolOptions(
    long budgetBytes, Optional<Duration> idleUnload, Duration loadTimeout, Set<String> pinned) {

  public PoolOptions {
    pinned = Set.copyOf(pinned);
  }

  double idleMillis() {
    return idleUnload.map(time -> (double) time.toMillis()).orElse(Double.POSITIVE_INFINITY);
  }
}
