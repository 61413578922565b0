package io.maque.server.security;

/**
 * So many requests a minute, with bursts of up to ten seconds' worth. The classic token bucket;
 * time is an argument. Safe for use by many threads.
 */
final class TokenBucket {
  private static final double BURST_MILLIS = 10_000;

  private final double perMilli;
  private final double capacity;
  private double tokens;
  private double updatedMillis;

  /**
   * @param perMinute at least 1
   * @param nowMillis on the clock that {@link #tryTake} is asked by
   */
  TokenBucket(int perMinute, double nowMillis) {
    this.perMilli = perMinute / 60_000.0;
    this.capacity = Math.max(1, perMilli * BURST_MILLIS);
    this.tokens = capacity;
    this.updatedMillis = nowMillis;
  }

  /**
   * Takes a token if there is one.
   *
   * @return 0 when it was taken; otherwise milliseconds until there will be one
   */
  synchronized double tryTake(double nowMillis) {
    // A thread that read its clock earlier may come later: time never goes back here.
    double elapsed = Math.max(0, nowMillis - updatedMillis);
    tokens = Math.min(capacity, tokens + elapsed * perMilli);
    updatedMillis += elapsed;
    if (tokens >= 1) {
      tokens -= 1;
      return 0;
    }
    return (1 - tokens) / perMilli;
  }
}
