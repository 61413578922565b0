package io.maque.generate;

import io.maque.chat.ChatFormat;
import io.maque.engine.EngineStatistics;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
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
   * The ids a prompt becomes; where a picture stands they are negative. Of pictures only the
   * headers are read.
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
   * @throws ImagesNotSupportedException for pictures, when the model takes text only
   * @throws io.maque.image.ImageFormatException for a picture that cannot be used; says which, why,
   *     and what to do
   * @throws io.maque.chat.ImagePlacesException when the chat template does not show each picture
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

  /**
   * One vector for each text: the mean of the hidden states of its tokens after the output norm,
   * scaled to length 1. Texts are worked on together with all other requests; more than fit the
   * queue are submitted one after the other. When this thread is interrupted, the rest is
   * cancelled.
   *
   * @param texts each at least one vocabulary id, at most the context length
   * @return {@link ModelCard#embeddingLength} values for each text, in the same order
   * @throws io.maque.engine.QueueFullException when too many requests of others wait already
   * @throws io.maque.engine.ContextLengthExceededException when a text does not fit the context
   * @throws GenerationInterruptedException when this thread is interrupted; the flag stays set
   * @throws io.maque.engine.EngineClosedException when the model is closed
   */
  List<float[]> embed(List<int[]> texts);

  /** How much the model has to do, and what it did since it was opened. */
  EngineStatistics statistics();

  /** Ends running requests with an error and frees all memory. Idempotent. */
  @Override
  void close();
}
