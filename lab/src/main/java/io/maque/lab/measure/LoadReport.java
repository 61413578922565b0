package io.maque.lab.measure;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the clients of one measurement saw. Only answers that are complete count into tokens and
 * times.
 *
 * @param arrivals when requests were sent
 * @param completed answers that are complete
 * @param aborted requests that the client broke off on purpose
 * @param errors failed requests, by kind
 * @param violations answers that broke a rule of the API, by rule
 * @param seconds from the first request to the last answer
 * @param promptTokens tokens of all prompts; 0 when the server does not count
 * @param cachedTokens how many of them were in the server's cache
 * @param completionTokens tokens of all answers
 * @param countedByServer whether the server counted the tokens of every answer. Otherwise pieces of
 *     text were counted for those without, which may be fewer
 * @param pieces pieces of text that arrived; as many as tokens when each is sent by itself
 * @param ttft from arrival to first text
 * @param itl between pieces of text
 * @param total from arrival to the end of the answer
 * @param decodeTokensPerSecond of single answers, from first to last token
 * @param clientTokensPerSecond of single clients over all their answers, waiting included; of
 *     single answers where arrivals are an open loop
 */
public record LoadReport(
    Arrivals arrivals,
    int completed,
    int aborted,
    SortedMap<String, Count> errors,
    SortedMap<String, Count> violations,
    double seconds,
    long promptTokens,
    long cachedTokens,
    long completionTokens,
    boolean countedByServer,
    long pieces,
    Latency ttft,
    Latency itl,
    Latency total,
    Spread decodeTokensPerSecond,
    Spread clientTokensPerSecond) {

  /** How often, and one example. */
  public record Count(int count, String example) {
    Count plusOne() {
      return new Count(count + 1, example);
    }
  }

  public LoadReport {
    errors = Collections.unmodifiableSortedMap(new TreeMap<>(errors));
    violations = Collections.unmodifiableSortedMap(new TreeMap<>(violations));
  }

  /** Tokens of all answers together per second. */
  public double tokensPerSecond() {
    return perSecond(completionTokens);
  }

  /** Complete answers per second. */
  public double requestsPerSecond() {
    return perSecond(completed);
  }

  /** All failed requests. */
  public int failed() {
    return errors.values().stream().mapToInt(Count::count).sum();
  }

  private double perSecond(long count) {
    return seconds > 0 ? count / seconds : 0;
  }
}
