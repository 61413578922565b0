package io.maque.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or process is about to do. */
final class Eventually {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

  private Eventually() {}

  static void await(String what, BooleanSupplier holds) throws InterruptedException {
    Instant end = Instant.now().plus(LONG_ENOUGH);
    while (!holds.getAsBoolean() && Instant.now().isBefore(end)) {
      Thread.sleep(5);
    }
    assertThat(holds.getAsBoolean()).as(what).isTrue();
  }
}
