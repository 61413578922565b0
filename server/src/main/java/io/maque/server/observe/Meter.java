package io.maque.server.observe;

import java.util.List;

/** Everything that is measured. The id becomes Prometheus' name with its unit and kind. */
public enum Meter {
  REQUEST("http.request", Kind.TIMER, Buckets.SECONDS, "From the request's header to its answer."),
  REQUESTS_IN_FLIGHT("http.requests.in.flight", Kind.GAUGE, "Requests in work."),
  QUEUE("queue", Kind.TIMER, Buckets.SECONDS, "From submission until work on the prompt began."),
  TTFT("time.to.first.token", Kind.TIMER, Buckets.SECONDS, "From submission to the first token."),
  INTER_TOKEN("inter.token", Kind.TIMER, Buckets.TOKEN_SECONDS, "From one token to the next."),
  PREFILL_SPEED(
      "prefill.tokens.per.second", Kind.SUMMARY, Buckets.SPEED, "Prompt tokens per second."),
  DECODE_SPEED(
      "decode.tokens.per.second", Kind.SUMMARY, Buckets.SPEED, "Tokens per second of an answer."),
  PROMPT_TOKENS("prompt.tokens", Kind.COUNTER, "Tokens of prompts."),
  CACHED_TOKENS("cached.tokens", Kind.COUNTER, "Tokens of prompts found in the KV cache."),
  COMPLETION_TOKENS("completion.tokens", Kind.COUNTER, "Tokens of answers."),
  IMAGE_DECODE("image.decode", Kind.TIMER, Buckets.SECONDS, "Image files to pixels, a request."),
  IMAGE_PREPROCESS(
      "image.preprocess", Kind.TIMER, Buckets.SECONDS, "Pixels to what encoders take, a request."),
  IMAGE_ENCODE("image.encode", Kind.TIMER, Buckets.SECONDS, "What encoders made of it, a request."),
  IMAGES("images", Kind.COUNTER, "Pictures in prompts."),
  IMAGE_TOKENS("image.tokens", Kind.COUNTER, "Tokens of prompts that are pictures."),
  EMBEDDING("embedding", Kind.TIMER, Buckets.SECONDS, "From texts to their vectors."),
  EMBEDDED_TEXTS("embedded.texts", Kind.COUNTER, "Texts that became vectors."),
  SEQUENCES_RUNNING("sequences.running", Kind.GAUGE, "Sequences in work, all models."),
  SEQUENCES_WAITING("sequences.waiting", Kind.GAUGE, "Sequences that wait, all models."),
  BATCH_TOKENS("batch.tokens", Kind.GAUGE, "Tokens of the last pass, all models."),
  BATCH_SEQUENCES("batch.sequences", Kind.GAUGE, "Sequences of the last pass, all models."),
  BATCH_SIZE(
      "batch.size", Kind.SUMMARY, Buckets.COUNTS, "Sequences of a pass that brought a token."),
  KV_USE("kv.use", Kind.SUMMARY, Buckets.SHARES, "Share of a KV cache in use, at each such pass."),
  KV_BLOCKS("kv.blocks", Kind.GAUGE, "Blocks of the KV caches, all models."),
  KV_BLOCKS_USED("kv.blocks.used", Kind.GAUGE, "Blocks that sequences in work hold."),
  MODELS_LOADED("models.loaded", Kind.GAUGE, "Models in memory."),
  MODEL_LOAD("model.load", Kind.TIMER, Buckets.SECONDS, "Loading a model."),
  MODEL_LOAD_FAILURES("model.load.failures", Kind.COUNTER, "Loads that failed."),
  MODEL_UNLOADS("model.unloads", Kind.COUNTER, "Models that left memory."),
  MEMORY_USED("models.memory.used.bytes", Kind.GAUGE, "Memory given to models."),
  MEMORY_BUDGET("models.memory.budget.bytes", Kind.GAUGE, "Memory that models may have.");

  /** What Prometheus makes of it. */
  public enum Kind {
    TIMER,
    SUMMARY,
    COUNTER,
    GAUGE
  }

  private static final class Buckets {
    static final List<Double> SECONDS =
        List.of(
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
            60.0, 120.0, 300.0);
    static final List<Double> TOKEN_SECONDS =
        List.of(
            0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3,
            0.5, 1.0, 2.5);
    static final List<Double> SPEED =
        List.of(
            1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0, 200.0, 300.0, 500.0, 1000.0,
            2000.0, 5000.0);
    static final List<Double> COUNTS =
        List.of(1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 128.0);
    static final List<Double> SHARES =
        List.of(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0);
  }

  private final String name;
  private final Kind kind;
  private final List<Double> buckets;
  private final String description;

  Meter(String name, Kind kind, String description) {
    this(name, kind, List.of(), description);
  }

  Meter(String name, Kind kind, List<Double> buckets, String description) {
    this.name = name;
    this.kind = kind;
    this.buckets = buckets;
    this.description = description;
  }

  /** Micrometer's name. */
  String id() {
    return "maque." + name;
  }

  /** Prometheus' name. */
  public String prometheusName() {
    String plain = "maque_" + name.replace('.', '_');
    return switch (kind) {
      case TIMER -> plain + "_seconds";
      case COUNTER -> plain + "_total";
      case SUMMARY, GAUGE -> plain;
    };
  }

  /** What Prometheus makes of it. */
  public Kind kind() {
    return kind;
  }

  /** Upper bounds of a histogram. */
  List<Double> buckets() {
    return buckets;
  }

  /** One sentence. */
  public String description() {
    return description;
  }
}
