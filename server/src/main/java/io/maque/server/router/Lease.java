package io.maque.server.router;

import io.maque.generate.LanguageModel;
import java.time.Duration;

/** The use of a model by one request: it stays in memory until the lease is closed. */
public interface Lease extends AutoCloseable {
  /** Keeps a model until its memory is needed. */
  Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  /** What the model is called, which may differ from what the request said. */
  String name();

  /** The model itself. */
  LanguageModel model();

  /** How long this request waited for the model to be loaded; 0 when it was in memory. */
  double loadMillis();

  /**
   * Decides how long the model stays in memory after its last use, until somebody decides
   * otherwise. A model that is always in memory, such as a pinned one, stays all the same.
   *
   * @param time 0 lets it go as soon as nobody uses it
   */
  default void keepFor(Duration time) {}

  @Override
  void close();
}
