package io.maque.lab.measure;

import java.time.Duration;
import java.util.Optional;

/**
 * One measurement.
 *
 * @param arrivals when requests are sent
 * @param requests most requests sent after the warm-up
 * @param duration no request is sent later than this; those under way are answered and count
 * @param warmup requests sent and answered before, which do not count
 * @param prompts what they ask
 * @param maxTokens tokens asked for by each
 * @param abortRate share of requests that break off at a random moment
 * @param seed start of all random numbers
 */
public record LoadPlan(
    Arrivals arrivals,
    int requests,
    Optional<Duration> duration,
    int warmup,
    Prompts prompts,
    int maxTokens,
    double abortRate,
    long seed) {

  public LoadPlan {
    atLeast("requests", 1, requests);
    atLeast("warmup", 0, warmup);
    atLeast("maxTokens", 1, maxTokens);
    if (!(abortRate >= 0 && abortRate <= 1)) {
      throw new IllegalArgumentException("abortRate: expected 0 to 1, found " + abortRate);
    }
  }

  private static void atLeast(String name, int least, int found) {
    if (found < least) {
      throw new IllegalArgumentException(
          "%s: expected %d or more, found %d".formatted(name, least, found));
    }
  }
}
