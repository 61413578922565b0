package io.maque.server.ollama;

import java.util.List;

/** An answer to {@code POST /api/embed}; durations in nanoseconds. */
public record EmbedReply(
    String model,
    List<float[]> embeddings,
    long totalDuration,
    long loadDuration,
    int promptEvalCount) {

  /** The vectors of {@code ids}. */
  public static EmbedReply of(
      String model, List<float[]> vectors, List<int[]> ids, double totalMillis, double loadMillis) {
    return new EmbedReply(
        model,
        vectors,
        ReplyEnd.nanos(totalMillis),
        ReplyEnd.nanos(loadMillis),
        ids.stream().mapToInt(one -> one.length).sum());
  }
}
