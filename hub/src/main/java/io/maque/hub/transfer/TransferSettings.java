package io.maque.hub.transfer;

import java.time.Duration;

/**
 * How patient a transfer is.
 *
 * @param connectTimeout for one connection to be made
 * @param stallTimeout for the answer to begin, and between two pieces of a body
 * @param attempts tries without a single new byte before giving up; progress starts the count anew
 * @param firstBackoff wait before the second try; doubles with each further one
 */
public record TransferSettings(
    Duration connectTimeout, Duration stallTimeout, int attempts, Duration firstBackoff) {
  /** For slow and shaky lines: gives up after about a minute of silence. */
  public static final TransferSettings DEFAULT =
      new TransferSettings(
          Duration.ofSeconds(20), Duration.ofSeconds(30), 5, Duration.ofSeconds(1));
}
