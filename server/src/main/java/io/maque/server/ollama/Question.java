package io.maque.server.ollama;

import io.maque.generate.LanguageModel;
import io.maque.server.schema.Grammars;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** A request that a model answers with text. */
public sealed interface Question permits ChatRequest, GenerateRequest {

  /** Which model is to answer. */
  String model();

  /** Whether nothing is asked but that the model be loaded, or unloaded. */
  boolean isEmpty();

  /** How long the model stays in memory afterwards; empty changes nothing. */
  Optional<Duration> keepAlive();

  /** Whether the answer is sent while it grows. */
  boolean stream();

  /**
   * The answer of a model.
   *
   * @param name what the model is called
   * @throws io.maque.server.http.HttpException 400 when this model cannot do what is asked
   */
  Replies ask(LanguageModel asked, String name, Grammars grammars, InstantSource clock);

  /** Says that the model is in memory, or will not be, when nothing else was asked. */
  Object loaded(String name, InstantSource clock, ReplyEnd end);
}
