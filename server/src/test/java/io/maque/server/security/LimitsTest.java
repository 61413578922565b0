package io.maque.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

  @Test
  void aBucketAllowsABurstAndThenItsRate() {
    TokenBucket bucket = new TokenBucket(60, 0);

    for (int i = 0; i < 10; i++) {
      assertThat(bucket.tryTake(0)).isZero();
    }
    assertThat(bucket.tryTake(0)).isEqualTo(1000);
    assertThat(bucket.tryTake(400)).isCloseTo(600, within(1e-6));
    assertThat(bucket.tryTake(1000)).isZero();
    assertThat(bucket.tryTake(1000)).isEqualTo(1000);
  }

  @Test
  void oneAMinuteIsOneAMinute() {
    TokenBucket bucket = new TokenBucket(1, 0);

    assertThat(bucket.tryTake(0)).isZero();
    assertThat(bucket.tryTake(0)).isEqualTo(60_000);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noPatternGetsMoreThanBurstAndRate(long seed) {
    Random random = new Random(seed);
    int perMinute = 1 + random.nextInt(1000);
    TokenBucket bucket = new TokenBucket(perMinute, 0);
    double now = 0;
    int taken = 0;
    for (int i = 0; i < 5000; i++) {
      now += random.nextInt(4) == 0 ? random.nextDouble() * 500 : 0;
      // Some threads come with an older time.
      taken += bucket.tryTake(now - random.nextDouble() * 50) == 0 ? 1 : 0;
      assertThat((double) taken)
          .as("seed %d step %d", seed, i)
          .isLessThanOrEqualTo(Math.max(1, perMinute / 6.0) + perMinute * now / 60_000 + 1e-6);
    }
    assertThat(taken).isPositive();
  }

  @Test
  void aPlaceIsGivenBackOnce() {
    ConcurrencyLimit limit = new ConcurrencyLimit(1);
    Optional<ConcurrencyLimit.Place> first = limit.tryEnter();

    assertThat(limit.tryEnter()).isEmpty();
    first.orElseThrow().close();
    first.orElseThrow().close();

    assertThat(limit.tryEnter()).isPresent();
    assertThat(limit.tryEnter()).isEmpty();
    assertThat(new ConcurrencyLimit(0).tryEnter()).isPresent();
  }
}
