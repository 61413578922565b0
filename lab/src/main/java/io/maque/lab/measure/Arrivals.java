package io.maque.lab.measure;

/** When requests are sent. */
public sealed interface Arrivals {

  /**
   * Closed loop: so many clients, each of which sends its next request when the one before is
   * answered. Shows the throughput that so many users get.
   */
  record Clients(int count) implements Arrivals {
    private static final int MAX = 1024;

    public Clients {
      if (count < 1 || count > MAX) {
        throw new IllegalArgumentException(
            "concurrency: expected 1 to %d, found %d".formatted(MAX, count));
      }
    }
  }

  /**
   * Open loop: requests arrive at random (a Poisson process) however busy the server is, and time
   * counts from the arrival. Shows the waiting that a given demand means. Arrivals that find {@code
   * maxInFlight} requests unanswered are not sent and count as errors.
   */
  record Poisson(double perSecond, int maxInFlight) implements Arrivals {
    public Poisson {
      if (!(perSecond > 0) || perSecond > 10_000) {
        throw new IllegalArgumentException(
            "rate: expected more than 0 and at most 10000 requests a second, found " + perSecond);
      }
      if (maxInFlight < 1) {
        throw new IllegalArgumentException("maxInFlight: expected 1 or more, found " + maxInFlight);
      }
    }
  }
}
