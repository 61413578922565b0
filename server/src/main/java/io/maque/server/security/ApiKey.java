package io.maque.server.security;

import io.maque.metrics.Stopwatch;
import java.security.MessageDigest;
import java.util.Optional;

/** A key that may call, known by its SHA-256 only, with what it may spend. */
public final class ApiKey {
  private final String name;
  private final byte[] digest;
  private final Optional<TokenBucket> rate;
  private final ConcurrencyLimit concurrency;
  private final Stopwatch clock;

  /**
   * @param name for logs and metrics
   * @param digest SHA-256 of the key
   * @param perMinute requests a minute; 0 does not limit
   * @param concurrent requests at the same time; 0 does not limit
   * @param clock what the rate is measured by
   */
  ApiKey(String name, byte[] digest, int perMinute, int concurrent, Stopwatch clock) {
    this.name = name;
    this.digest = digest.clone();
    this.rate =
        perMinute == 0
            ? Optional.empty()
            : Optional.of(new TokenBucket(perMinute, clock.elapsedMillis()));
    this.concurrency = new ConcurrencyLimit(concurrent);
    this.clock = clock;
  }

  /** The name in logs and metrics; says nothing of the key. */
  public String name() {
    return name;
  }

  /** Whether this is the key of that digest; takes the same time for every answer. */
  boolean matches(byte[] other) {
    return MessageDigest.isEqual(digest, other);
  }

  /** Milliseconds until the key may send a request; 0 when it may send this one. */
  double tryRate() {
    return rate.map(bucket -> bucket.tryTake(clock.elapsedMillis())).orElse(0.0);
  }

  /** A place among the key's running requests. */
  Optional<ConcurrencyLimit.Place> tryEnter() {
    return concurrency.tryEnter();
  }
}
