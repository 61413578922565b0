package io.maque.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.maque.generate.Generation;
import io.maque.generate.Timings;

/**
 * Where the time of an answer went; a field that OpenAI's API does not have. The three stages of
 * pictures are null and absent when there are none.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TimingsReply(
    double loadMs,
    double queueMs,
    Double imageDecodeMs,
    Double preprocessMs,
    Double imageEncodeMs,
    double prefillMs,
    double ttftMs,
    double decodeMs,
    double promptTokensPerSecond,
    double decodeTokensPerSecond) {

  static TimingsReply of(Generation generation) {
    Timings timings = generation.timings();
    boolean images = !generation.images().isEmpty();
    return new TimingsReply(
        rounded(timings.loadMillis()),
        rounded(timings.queueMillis()),
        images ? rounded(timings.imageDecodeMillis()) : null,
        images ? rounded(timings.preprocessMillis()) : null,
        images ? rounded(timings.imageEncodeMillis()) : null,
        rounded(timings.prefillMillis()),
        rounded(timings.ttftMillis()),
        rounded(timings.decodeMillis()),
        rounded(generation.promptTokensPerSecond()),
        rounded(generation.decodeTokensPerSecond()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
