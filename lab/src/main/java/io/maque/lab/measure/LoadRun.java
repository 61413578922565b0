package io.maque.lab.measure;

import io.maque.metrics.Stopwatch;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries out a {@link LoadPlan}: one virtual thread per stream, HTTP/1.1, connections kept. Which
 * prompt a request has, when it arrives and whether it breaks off depends on the seed and on its
 * number only.
 */
public final class LoadRun {
  /** Whoever was refused waits before the next request; a closed loop would spin otherwise. */
  private static final int PAUSE_AFTER_FAILURE_MILLIS = 50;

  private final Endpoint endpoint;
  private final LoadPlan plan;
  private final HttpClient client;
  private final ExecutorService streams;

  private LoadRun(Endpoint endpoint, LoadPlan plan, HttpClient client, ExecutorService streams) {
    this.endpoint = endpoint;
    this.plan = plan;
    this.client = client;
    this.streams = streams;
  }

  /**
   * Puts the load on the server and waits until all answers are there.
   *
   * @throws InterruptedException when this thread is interrupted; requests under way are broken off
   */
  public static LoadReport run(Endpoint endpoint, LoadPlan plan) throws InterruptedException {
    try (ExecutorService streams = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(endpoint.timeout())
                .executor(streams)
                .build()) {
      LoadRun run = new LoadRun(endpoint, plan, client, streams);
      try {
        run.warmUp();
        return run.measure();
      } finally {
        // What was aborted may still be open; closing would wait for it.
        client.shutdownNow();
      }
    }
  }

  /** As many clients as later; connections, caches and compiled code are then as in long use. */
  private void warmUp() throws InterruptedException {
    int clients =
        switch (plan.arrivals()) {
          case Arrivals.Clients(int count) -> count;
          case Arrivals.Poisson _ -> 1;
        };
    closedLoop(clients, 0, plan.warmup(), Optional.empty(), 0);
  }

  private LoadReport measure() throws InterruptedException {
    return switch (plan.arrivals()) {
      case Arrivals.Clients(int count) ->
          closedLoop(
              count,
              plan.warmup(),
              plan.requests(),
              plan.duration().map(d -> d.toMillis()),
              plan.abortRate());
      case Arrivals.Poisson open -> openLoop(open);
    };
  }

  private LoadReport closedLoop(
      int clients, int firstIndex, int requests, Optional<Long> millis, double abortRate)
      throws InterruptedException {
    LoadTally tally = new LoadTally(plan.arrivals());
    AtomicInteger sent = new AtomicInteger();
    Stopwatch clock = Stopwatch.start();
    List<Future<?>> loops = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      int client = i;
      loops.add(
          streams.submit(() -> {
            int next = sent.getAndIncrement();
            while (next < requests && (millis.isEmpty() || clock.elapsedMillis() < millis.get())) {
              StreamResult result =
                  send(firstIndex + next, abortRate, clock, clock.elapsedMillis());
              tally.add(client, result);
              if (result.outcome() == StreamResult.Outcome.FAILED) {
                Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
              }
              next = sent.getAndIncrement();
            }
            return null;
          }));
    }
    await(loops);
    return tally.report(clock.elapsedMillis() / 1000);
  }

  private LoadReport openLoop(Arrivals.Poisson open) throws InterruptedException {
    LoadTally tally = new LoadTally(open);
    SplittableRandom random = new SplittableRandom(plan.seed());
    Semaphore free = new Semaphore(open.maxInFlight());
    Stopwatch clock = Stopwatch.start();
    List<Future<?>> requests = new ArrayList<>();
    double arrival = 0;
    for (int i = 0; i < plan.requests(); i++) {
      arrival += -Math.log1p(-random.nextDouble()) * 1000 / open.perSecond();
      if (plan.duration().isPresent() && arrival > plan.duration().get().toMillis()) {
        break;
      }
      sleepUntil(arrival, clock);
      if (!free.tryAcquire()) {
        tally.add(i, StreamResult.failed(tooMany(open)));
        continue;
      }
      int index = plan.warmup() + i;
      double arrived = arrival;
      requests.add(
          streams.submit(() -> {
            try {
              tally.add(index, send(index, plan.abortRate(), clock, arrived));
            } finally {
              free.release();
            }
            return null;
          }));
    }
    await(requests);
    return tally.report(clock.elapsedMillis() / 1000);
  }

  private static void sleepUntil(double millis, Stopwatch clock) throws InterruptedException {
    double left = millis - clock.elapsedMillis();
    if (left > 0) {
      Thread.sleep((long) left, (int) (left % 1 * 1e6));
    }
  }

  private static Failure tooMany(Arrivals.Poisson open) {
    return new Failure(
        Failure.NOT_SENT, "%d requests were under way already".formatted(open.maxInFlight()));
  }

  private StreamResult send(int index, double abortRate, Stopwatch clock, double arrivalMillis)
      throws InterruptedException {
    SplittableRandom random = new SplittableRandom(plan.seed() * 31 + index);
    Abort abort = Abort.random(abortRate, plan.maxTokens(), random);
    return new StreamedRequest(endpoint, client, clock, arrivalMillis, abort)
        .run(endpoint.request(plan.prompts().get(index), plan.maxTokens()));
  }

  private static void await(List<Future<?>> tasks) throws InterruptedException {
    try {
      for (Future<?> task : tasks) {
        task.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a stream of the load generator failed", e.getCause());
    } finally {
      tasks.forEach(task -> task.cancel(true));
    }
  }
}
