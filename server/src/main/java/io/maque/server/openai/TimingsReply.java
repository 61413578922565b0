package io.maque.server.openai;

import io.maque.generate.Generation;

/** Where the time of an answer went; a field that OpenAI's API does not have. */
record TimingsReply(
    double loadMs,
    double queueMs,
    double prefillMs,
    double ttftMs,
    double decodeMs,
    double promptTokensPerSecond,
    double decodeTokensPerSecond) {

  static TimingsReply of(Generation generation) {
    return new TimingsReply(
        rounded(generation.timings().loadMillis()),
        rounded(generation.timings().queueMillis()),
        rounded(generation.timings().prefillMillis()),
        rounded(generation.timings().ttftMillis()),
        rounded(generation.timings().decodeMillis()),
        rounded(generation.promptTokensPerSecond()),
        rounded(generation.decodeTokensPerSecond()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
