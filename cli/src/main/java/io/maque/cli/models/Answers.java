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
    return images(answer)
        + String.format(
            Locale.ROOT,
            "prompt %d tokens at %.1f/s, %d cached; answer %d at %.1f/s; first after %.2f s",
            answer.usage().promptTokens(),
            answer.promptTokensPerSecond(),
            answer.usage().cachedTokens(),
            answer.usage().completionTokens(),
            answer.decodeTokensPerSecond(),
            answer.timings().ttftMillis() / 1000);
  }

  /** What pictures took; empty without any. */
  private static String images(Generation answer) {
    if (answer.images().isEmpty()) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "images %d, %d tokens, decoded in %.2f s, fitted in %.2f s, encoded in %.2f s; ",
        answer.images().size(),
        answer.usage().imageTokens(),
        answer.timings().imageDecodeMillis() / 1000,
        answer.timings().preprocessMillis() / 1000,
        answer.timings().imageEncodeMillis() / 1000);
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
