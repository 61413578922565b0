package io.maque.server.observe;

import io.maque.engine.EngineStatistics;
import io.maque.generate.Generation;
import io.maque.generate.LanguageModel;
import io.maque.server.router.PoolListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What is counted and measured; {@link Meter} lists it. Labels have few values: the name of a
 * route, a status, the name of a model that is offered.
 */
public final class ServerMeters implements PoolListener, AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicInteger inFlight = new AtomicInteger();

  /** Meters of a server that has done nothing yet. */
  public ServerMeters() {
    gauge(Meter.REQUESTS_IN_FLIGHT, inFlight::get);
    new JvmMemoryMetrics().bindTo(registry);
  }

  /** Shows memory and work of the models that are loaded at the time of a scrape. */
  public void watch(
      Supplier<Collection<LanguageModel>> loaded, Supplier<Number> used, Supplier<Number> budget) {
    gauge(Meter.MODELS_LOADED, () -> loaded.get().size());
    gauge(Meter.MEMORY_USED, used);
    gauge(Meter.MEMORY_BUDGET, budget);
    sum(Meter.SEQUENCES_RUNNING, loaded, EngineStatistics::running);
    sum(Meter.SEQUENCES_WAITING, loaded, EngineStatistics::waiting);
    sum(Meter.KV_BLOCKS, loaded, EngineStatistics::kvBlocks);
    sum(Meter.KV_BLOCKS_USED, loaded, EngineStatistics::kvBlocksUsed);
    sum(Meter.BATCH_TOKENS, loaded, EngineStatistics::lastBatchTokens);
    sum(Meter.BATCH_SEQUENCES, loaded, EngineStatistics::lastBatchSequences);
  }

  private void gauge(Meter meter, Supplier<Number> value) {
    Gauge.builder(meter.id(), value).description(meter.description()).register(registry);
  }

  private void sum(
      Meter meter,
      Supplier<Collection<LanguageModel>> loaded,
      ToDoubleFunction<EngineStatistics> value) {
    gauge(
        meter, () -> loaded.get().stream().map(LanguageModel::statistics).mapToDouble(value).sum());
  }

  void requestBegan() {
    inFlight.incrementAndGet();
  }

  void requestEnded(String route, int status, double millis) {
    inFlight.decrementAndGet();
    Tags tags = Tags.of("route", route, "status", Integer.toString(status));
    timer(Meter.REQUEST, tags, millis);
  }

  /** An answer is complete. */
  void answered(String model, Generation generation) {
    Tags tags = Tags.of("model", model);
    timer(Meter.QUEUE, tags, generation.timings().queueMillis());
    count(Meter.PROMPT_TOKENS, tags, generation.usage().promptTokens());
    count(Meter.CACHED_TOKENS, tags, generation.usage().cachedTokens());
    count(Meter.COMPLETION_TOKENS, tags, generation.usage().completionTokens());
    if (generation.usage().completionTokens() > 0) {
      timer(Meter.TTFT, tags, generation.timings().ttftMillis());
    }
    if (generation.promptTokensPerSecond() > 0) {
      speed(Meter.PREFILL_SPEED, tags, generation.promptTokensPerSecond());
    }
    if (generation.decodeTokensPerSecond() > 0) {
      speed(Meter.DECODE_SPEED, tags, generation.decodeTokensPerSecond());
    }
  }

  /** A token came so long after the one before. */
  void interToken(String model, double millis) {
    timer(Meter.INTER_TOKEN, Tags.of("model", model), millis);
  }

  @Override
  public void onLoaded(String name, double millis) {
    timer(Meter.MODEL_LOAD, Tags.of("model", name), millis);
  }

  @Override
  public void onLoadFailed(String name) {
    count(Meter.MODEL_LOAD_FAILURES, Tags.of("model", name), 1);
  }

  @Override
  public void onUnloaded(String name) {
    count(Meter.MODEL_UNLOADS, Tags.of("model", name), 1);
  }

  private void timer(Meter meter, Tags tags, double millis) {
    Timer.builder(meter.id())
        .description(meter.description())
        .tags(tags)
        .serviceLevelObjectives(
            meter.buckets().stream()
                .map(seconds -> Duration.ofNanos((long) (seconds * 1e9)))
                .toArray(Duration[]::new))
        .register(registry)
        .record(Duration.ofNanos((long) (millis * 1e6)));
  }

  private void speed(Meter meter, Tags tags, double tokensPerSecond) {
    DistributionSummary.builder(meter.id())
        .description(meter.description())
        .tags(tags)
        .serviceLevelObjectives(meter.buckets().stream().mapToDouble(Double::doubleValue).toArray())
        .register(registry)
        .record(tokensPerSecond);
  }

  private void count(Meter meter, Tags tags, double amount) {
    Counter.builder(meter.id())
        .description(meter.description())
        .tags(tags)
        .register(registry)
        .increment(amount);
  }

  /** All meters in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  /** All names with their kinds, for the documents. */
  public static List<Meter> all() {
    return List.of(Meter.values());
  }

  @Override
  public void close() {
    registry.close();
  }
}
