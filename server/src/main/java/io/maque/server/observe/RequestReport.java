package io.maque.server.observe;

import io.maque.generate.Generation;

/** What becomes known about a request while it is handled, by whichever threads do it. */
public final class RequestReport {
  /** Carries the report of the request that this thread handles. */
  static final ScopedValue<RequestReport> CURRENT = ScopedValue.newInstance();

  private String key = "";
  private String model = "";
  private int answers;
  private int promptTokens;
  private int cachedTokens;
  private int completionTokens;
  private double queueMillis;
  private double ttftMillis;
  private double loadMillis;

  /** Notes the name of the key that this thread's request came with. */
  public static void key(String name) {
    current().setKey(name);
  }

  /** The report of this thread's request; one that nobody reads where there is none. */
  static RequestReport current() {
    return CURRENT.isBound() ? CURRENT.get() : new RequestReport();
  }

  private synchronized void setKey(String name) {
    key = name;
  }

  synchronized void setModel(String name, double millis) {
    model = name;
    loadMillis = millis;
  }

  synchronized void add(Generation generation) {
    answers++;
    promptTokens += generation.usage().promptTokens();
    cachedTokens += generation.usage().cachedTokens();
    completionTokens += generation.usage().completionTokens();
    queueMillis = Math.max(queueMillis, generation.timings().queueMillis());
    ttftMillis = Math.max(ttftMillis, generation.timings().ttftMillis());
  }

  /** Texts became vectors. */
  synchronized void embedded(int tokens) {
    promptTokens += tokens;
  }

  /** What is known by now. */
  synchronized Facts facts() {
    return new Facts(
        key,
        model,
        answers,
        promptTokens,
        cachedTokens,
        completionTokens,
        queueMillis,
        ttftMillis,
        loadMillis);
  }

  /** A moment's view. */
  record Facts(
      String key,
      String model,
      int answers,
      int promptTokens,
      int cachedTokens,
      int completionTokens,
      double queueMillis,
      double ttftMillis,
      double loadMillis) {}
}
