package io.maque.lab.measure;

import java.util.SplittableRandom;

/** When a client leaves before its answer is complete. */
sealed interface Abort {

  /** Not at all. */
  record Never() implements Abort {}

  /** After so long, unless the answer has begun; then at once. */
  record BeforeAnswer(int millis) implements Abort {}

  /** When so many events have come. */
  record AfterEvents(int count) implements Abort {}

  /** A third of those who leave does so before the answer begins. */
  static Abort random(double rate, int maxTokens, SplittableRandom random) {
    if (random.nextDouble() >= rate) {
      return new Never();
    }
    return random.nextInt(3) == 0
        ? new BeforeAnswer(random.nextInt(500))
        : new AfterEvents(1 + random.nextInt(maxTokens));
  }
}
