package io.maque.bench.streams;

import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.generate.Generation;
import io.maque.generate.GenerationHandle;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.generate.Prompt;
import io.maque.metrics.Stopwatch;
import io.maque.sampling.SamplingOptions;
import io.maque.tokenizer.Special;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Several requests at once, through the engine. Counted are the tokens between the moment when the
 * last request has its first token and the moment when the first request has its last one: all are
 * being decoded then.
 *
 * @param streams requests
 * @param promptTokens of each
 * @param tokens counted, of all together
 * @param millis in which they came
 */
public record Streams(int streams, int promptTokens, int tokens, double millis) {

  /** Tokens per second of all requests together. */
  public double tokensPerSecond() {
    return tokens * 1000 / millis;
  }

  /** Some tokens that came together. */
  private record Arrival(double millis, int tokens) {}

  /**
   * Runs requests whose prompts begin at different places of a text, so that none can use the
   * others' cache.
   *
   * @param text the longer, the more its tokens can be shared out
   * @param promptTokens of each request
   * @param maxTokens of each answer
   */
  public static Streams measure(
      Path model, String text, int streams, int promptTokens, int maxTokens, int threads) {
    OpenOptions options =
        OpenOptions.DEFAULT
            .withContextLength(promptTokens + maxTokens)
            .withMaxSequences(streams)
            .withThreads(threads);
    try (LanguageModel opened = LanguageModels.open(model, options)) {
      run(opened, text, streams, promptTokens, maxTokens);
      return run(opened, text, streams, promptTokens, maxTokens);
    }
  }

  private static Streams run(
      LanguageModel model, String text, int streams, int promptTokens, int maxTokens) {
    int[] ids = model.tokenizer().encode(text, Special.TEXT);
    Stopwatch begin = Stopwatch.start();
    List<List<Arrival>> arrivals = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Arrival>>> running = new ArrayList<>();
      for (int stream = 0; stream < streams; stream++) {
        int[] prompt = Arrays.copyOfRange(ids, stream, stream + promptTokens);
        GenerationHandle handle = model.submit(request(prompt, maxTokens));
        running.add(executor.submit(() -> receive(handle, begin)));
      }
      for (Future<List<Arrival>> future : running) {
        arrivals.add(future.get());
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a request failed", e);
    }
    return count(arrivals, promptTokens);
  }

  private static GenerationRequest request(int[] prompt, int maxTokens) {
    return GenerationRequest.of(new Prompt.Tokens(Arrays.stream(prompt).boxed().toList()))
        .withSampling(SamplingOptions.GREEDY)
        .withReuseCache(false)
        .withMaxTokens(maxTokens);
  }

  private static List<Arrival> receive(GenerationHandle handle, Stopwatch begin) {
    List<Arrival> arrivals = new ArrayList<>();
    Generation whole =
        handle.await(
            piece -> arrivals.add(new Arrival(begin.elapsedMillis(), piece.tokens().size())));
    if (whole.tokens().isEmpty()) {
      throw new IllegalStateException("a request was answered with nothing; choose another prompt");
    }
    return arrivals;
  }

  private static Streams count(List<List<Arrival>> arrivals, int promptTokens) {
    double from = arrivals.stream().mapToDouble(all -> all.getFirst().millis()).max().orElseThrow();
    double to = arrivals.stream().mapToDouble(all -> all.getLast().millis()).min().orElseThrow();
    int tokens =
        arrivals.stream()
            .flatMap(List::stream)
            .filter(arrival -> arrival.millis() > from && arrival.millis() <= to)
            .mapToInt(Arrival::tokens)
            .sum();
    return new Streams(arrivals.size(), promptTokens, tokens, to - from);
  }
}
