package io.maque.server.router;

import io.maque.generate.LanguageModel;

/** The use of a model by one request: it stays in memory until the lease is closed. */
public interface Lease extends AutoCloseable {

  /** What the model is called, which may differ from what the request said. */
  String name();

  /** The model itself. */
  LanguageModel model();

  /** How long this request waited for the model to be loaded; 0 when it was in memory. */
  double loadMillis();

  @Override
  void close();
}
