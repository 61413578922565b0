package io.maque.server.observe;

import io.maque.engine.EngineStatistics;
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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
  private final Map<String, ModelMeters> models = new ConcurrentHashMap<>();

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
    record(timer(Meter.REQUEST, tags), millis);
  }

  /** What is measured of a model that is offered. */
  ModelMeters of(String model) {
    return models.computeIfAbsent(model, name -> new ModelMeters(this, name));
  }

  @Override
  public void onLoaded(String name, double millis) {
    record(timer(Meter.MODEL_LOAD, Tags.of("model", name)), millis);
  }

  @Override
  public void onLoadFailed(String name) {
    counter(Meter.MODEL_LOAD_FAILURES, Tags.of("model", name)).increment();
  }

  @Override
  public void onUnloaded(String name) {
    counter(Meter.MODEL_UNLOADS, Tags.of("model", name)).increment();
  }

  static void record(Timer timer, double millis) {
    timer.record((long) (millis * 1e6), TimeUnit.NANOSECONDS);
  }

  Timer timer(Meter meter, Tags tags) {
    return Timer.builder(meter.id())
        .description(meter.description())
        .tags(tags)
        .serviceLevelObjectives(
            meter.buckets().stream()
                .map(seconds -> Duration.ofNanos((long) (seconds * 1e9)))
                .toArray(Duration[]::new))
        .register(registry);
  }

  DistributionSummary summary(Meter meter, Tags tags) {
    return DistributionSummary.builder(meter.id())
        .description(meter.description())
        .tags(tags)
        .serviceLevelObjectives(meter.buckets().stream().mapToDouble(Double::doubleValue).toArray())
        .register(registry);
  }

  Counter counter(Meter meter, Tags tags) {
    return Counter.builder(meter.id())
        .description(meter.description())
        .tags(tags)
        .register(registry);
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
