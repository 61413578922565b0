package io.maque.server.observe;

import io.maque.generate.GenerationHandle;
import io.maque.generate.LanguageModel;
import io.maque.server.http.HttpException;
import io.maque.server.router.Lease;
import io.maque.server.router.ModelEntry;
import io.maque.server.router.Models;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Models whose answers are measured and, when the server stops, ended. Endpoints do not notice. */
public final class ObservedModels implements Models {
  private static final int RETRY_SECONDS = 10;

  private final Models models;
  private final ServerMeters meters;
  private final Set<GenerationHandle> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  public ObservedModels(Models models, ServerMeters meters) {
    this.models = models;
    this.meters = meters;
  }

  @Override
  public List<ModelEntry> list() {
    return models.list();
  }

  @Override
  public Lease acquire(String name) {
    Lease lease = models.acquire(name);
    RequestReport report = RequestReport.current();
    report.setModel(lease.name(), lease.loadMillis());
    return new ObservedLease(lease, new ObservedModel(lease, this, report));
  }

  private record ObservedLease(Lease lease, LanguageModel model) implements Lease {
    @Override
    public String name() {
      return lease.name();
    }

    @Override
    public double loadMillis() {
      return lease.loadMillis();
    }

    @Override
    public void keepFor(Duration time) {
      lease.keepFor(time);
    }

    @Override
    public void close() {
      lease.close();
    }
  }

  ServerMeters meters() {
    return meters;
  }

  void began(GenerationHandle handle) {
    running.add(handle);
    if (stopping) {
      handle.cancel();
    }
  }

  void ended(GenerationHandle handle) {
    running.remove(handle);
  }

  /** Ends all running answers; whoever reads a stream gets an error as its last event. */
  public void stop() {
    stopping = true;
    running.forEach(GenerationHandle::cancel);
  }

  /** What an answer that was cancelled by {@link #stop} tells its client. */
  void requireServing() {
    if (stopping) {
      throw HttpException.unavailable(
          "stopping", "the server is stopping before the answer is complete", RETRY_SECONDS);
    }
  }
}
