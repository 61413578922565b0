package io.maque.server.ollama;

import io.maque.engine.FinishReason;
import io.maque.generate.Generation;

/**
 * What the last part of a reply tells; durations in nanoseconds.
 *
 * @param doneReason {@code stop}, {@code length}, or {@code load} or {@code unload} when nothing
 *     was asked
 * @param totalDuration of the whole request
 * @param loadDuration until the model was in memory
 * @param promptEvalCount tokens of the prompt
 * @param promptEvalDuration reading it
 * @param evalCount tokens of the answer
 * @param evalDuration writing it
 */
public record ReplyEnd(
    String doneReason,
    long totalDuration,
    long loadDuration,
    int promptEvalCount,
    long promptEvalDuration,
    int evalCount,
    long evalDuration) {
  private static final double NANOS_PER_MILLI = 1e6;

  /** The end of an answer. */
  public static ReplyEnd of(Generation generation, double totalMillis, double loadMillis) {
    return new ReplyEnd(
        generation.finishReason() == FinishReason.STOP ? "stop" : "length",
        nanos(totalMillis),
        nanos(loadMillis),
        generation.usage().promptTokens(),
        nanos(generation.timings().prefillMillis()),
        generation.usage().completionTokens(),
        nanos(generation.timings().decodeMillis()));
  }

  /** The end of a request that asked for a model to be loaded and nothing more. */
  public static ReplyEnd ofLoading(double loadMillis) {
    return new ReplyEnd("load", nanos(loadMillis), nanos(loadMillis), 0, 0, 0, 0);
  }

  /** The end of a request that asked for a model to be unloaded and nothing more. */
  public static ReplyEnd ofUnloading() {
    return new ReplyEnd("unload", 0, 0, 0, 0, 0, 0);
  }

  static long nanos(double millis) {
    return Math.round(millis * NANOS_PER_MILLI);
  }
}
