package io.maque.generate;

import io.maque.chat.ChatFormat;
import io.maque.tokenizer.Tokenizer;
import java.util.Optional;

/** A model ready to answer. Safe for use by many threads; must be closed. */
public interface LanguageModel extends AutoCloseable {

  /** What the model is. */
  ModelCard card();

  /** The name on its card. */
  default String name() {
    return card().name();
  }

  /** Text to ids and back. */
  Tokenizer tokenizer();

  /** How conversations become prompts; empty when the model was not made for them. */
  Optional<ChatFormat> chatFormat();

  /**
   * The ids a prompt becomes.
   *
   * @throws NoChatTemplateException for a conversation, when there is no chat format
   * @throws io.maque.template.TemplateException when the template refuses the conversation
   */
  int[] encode(Prompt prompt);

  /**
   * Submits a request and awaits its answer on this thread.
   *
   * @see #submit
   * @see GenerationHandle#await
   */
  default Generation generate(GenerationRequest request, GenerationListener listener) {
    return submit(request).await(listener);
  }

  /**
   * Starts work on a request.
   *
   * @throws EmptyPromptException when the prompt becomes no token
   * @throws io.maque.engine.QueueFullException when too many requests wait already
   * @throws io.maque.engine.ContextLengthExceededException when the prompt does not fit the context
   * @throws io.maque.engine.EngineClosedException when the model is closed
   */
  GenerationHandle submit(GenerationRequest request);

  /**
   * The log-probability of each token of a text given those before it.
   *
   * @param tokens at least two vocabulary ids, at most the context length
   */
  Score score(int[] tokens);

  /** Ends running requests with an error and frees all memory. Idempotent. */
  @Override
  void close();
}
