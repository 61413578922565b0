package io.maque.server.ollama;

import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import java.time.InstantSource;

/** A request that a model answers with text. */
public sealed interface Question permits ChatRequest, GenerateRequest {

  /** Which model is to answer. */
  String model();

  /** Whether nothing is asked but that the model be loaded. */
  boolean isEmpty();

  /** Whether the answer is sent while it grows. */
  boolean stream();

  /** What the model is asked. */
  GenerationRequest generation(LanguageModel asked);

  /**
   * What the client is told.
   *
   * @param name of the model that answers
   */
  Replies replies(String name, InstantSource clock);
}
