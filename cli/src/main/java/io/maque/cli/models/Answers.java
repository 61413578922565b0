package io.maque.cli.models;

import io.maque.engine.FinishReason;
import io.maque.generate.Generation;
import java.util.Locale;

/** The figures of an answer as they are shown. */
public final class Answers {
  private Answers() {}

  /** One line for people. */
  public static String figures(Generation answer) {
    if (answer.usage().completionTokens() == 0) {
      return "prompt %d tokens, no answer".formatted(answer.usage().promptTokens());
    }
    return String.format(
        Locale.ROOT,
        "prompt %d tokens (%d cached, %.1f/s) | first token after %.2f s | answer %d tokens"
            + " (%.1f/s)",
        answer.usage().promptTokens(),
        answer.usage().cachedTokens(),
        answer.promptTokensPerSecond(),
        answer.timings().ttftMillis() / 1000,
        answer.usage().completionTokens(),
        answer.decodeTokensPerSecond());
  }

  /** As JSON spells it: {@code stop}, {@code length}, {@code cancelled}. */
  public static String name(FinishReason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  /** To three decimals. */
  public static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
