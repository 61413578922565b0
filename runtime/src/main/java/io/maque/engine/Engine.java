package io.maque.engine;

import io.maque.kernel.Workers;
import io.maque.model.TextModel;
import io.maque.model.TextModelConfig;
import io.maque.sampling.TokenSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Completes, scores and embeds sequences of ids with one model, many at a time.
 *
 * <p><b>Threads.</b> One thread, the engine thread, owns scheduler, sequences, KV cache, workspace
 * and workers, so none of them needs a lock. Other threads hand requests over with {@link #submit},
 * {@link #score} and {@link #embed}; listeners are called on the engine thread.
 *
 * <p><b>Errors.</b> What is wrong with a request is thrown when it is submitted. A request that
 * fails later hears {@code onError} and the others go on; only when a forward pass fails, all that
 * take part in it do. Closing fails whatever is left with {@link EngineClosedException}.
 *
 * <p>The tokens of a sequence do not depend on the others: see {@link io.maque.kernel.MatMul}.
 */
public final class Engine implements AutoCloseable {
  private final TextModelConfig config;
  private final Optional<ImageCache> images;
  private final Supplier<TokenSet> sampled;
  private final WeightsCheck weights;
  private final EngineOptions options;
  private final Inbox inbox;
  private final Counters counters;
  private final Thread thread;

  /** Starts the engine thread of a model that takes no pictures. */
  public Engine(TextModel model, TokenSet sampled, Workers workers, EngineOptions options) {
    this(model, Optional.empty(), sampled, workers, options);
  }

  /** Starts the engine thread of a model whose vocabulary is known and whose file stays. */
  public Engine(
      TextModel model,
      Optional<ImageCache> images,
      TokenSet sampled,
      Workers workers,
      EngineOptions options) {
    this(model, images, () -> sampled, workers, options, WeightsCheck.NONE);
  }

  /**
   * Starts the engine thread.
   *
   * @param model stays usable until this engine is closed
   * @param images with the encoder of this model's pictures, usable as long; emptied with this
   *     engine
   * @param sampled the ids that completions may contain; asked for by requests only
   * @param workers closed with this engine, or at once when it cannot be made
   * @param weights when it throws, so does every request from then on
   */
  public Engine(
      TextModel model,
      Optional<ImageCache> images,
      Supplier<TokenSet> sampled,
      Workers workers,
      EngineOptions options,
      WeightsCheck weights) {
    this.config = model.config();
    this.images = images;
    this.sampled = sampled;
    this.weights = weights;
    this.options = options;
    this.inbox = new Inbox(options.maxSequences() + options.queueCapacity());
    this.counters = new Counters(options);
    EngineLoop loop =
        new EngineLoop(
            new ModelRunner(model, images, workers, options, weights), options, inbox, counters);
    this.thread = Thread.ofPlatform().name("maque-engine").daemon().start(loop);
  }

  /** The bounds this engine was made with. */
  public EngineOptions options() {
    return options;
  }

  /** The pictures of this model; empty when it takes none. */
  public Optional<ImageCache> images() {
    return images;
  }

  /**
   * Submits a completion.
   *
   * @throws IllegalArgumentException when the prompt is empty or holds ids outside the vocabulary
   *     where no picture stands, or pictures are not where the prompt has their ids, or the logit
   *     bias holds ids outside the vocabulary
   * @throws ContextLengthExceededException when the prompt leaves no room for a token
   * @throws QueueFullException when too many requests are running and waiting
   * @throws EngineClosedException when the engine is closed
   * @throws ModelFileChangedException when the model's file is not what it was
   */
  public Submission submit(TokenRequest request, TokenListener listener) {
    int room = request.maxTokens() == 0 ? 0 : 1;
    checkLength(request.prompt(), 1, options.contextLength() - room);
    checkImages(request.prompt(), request.images());
    PromptImages pictures =
        request.images().isEmpty()
            ? PromptImages.none()
            : new PromptImages(request.images(), images);
    return handOver(
        new CompletionSequence(
            request, pictures, listener, sampled.get(), options.contextLength()));
  }

  /**
   * Submits a text of which each token but the first is to be scored given those before it.
   *
   * @throws IllegalArgumentException when there are fewer than two tokens, or ids outside the
   *     vocabulary
   * @throws ContextLengthExceededException when the text is longer than the context
   * @throws QueueFullException when too many requests are running and waiting
   * @throws EngineClosedException when the engine is closed
   * @throws ModelFileChangedException when the model's file is not what it was
   */
  public Submission score(int[] tokens, ResultListener<TokenScores> listener) {
    checkLength(tokens, 2, options.contextLength());
    checkIds(tokens, 0, tokens.length);
    return handOver(new ScoringSequence(tokens, listener, sampled.get()));
  }

  /**
   * Submits a text that is to become one vector: the mean of its hidden states after the output
   * norm, scaled to length 1.
   *
   * @throws IllegalArgumentException when the text is empty or holds ids outside the vocabulary
   * @throws ContextLengthExceededException when the text is longer than the context
   * @throws QueueFullException when too many requests are running and waiting
   * @throws EngineClosedException when the engine is closed
   * @throws ModelFileChangedException when the model's file is not what it was
   */
  public Submission embed(int[] tokens, ResultListener<float[]> listener) {
    checkLength(tokens, 1, options.contextLength());
    checkIds(tokens, 0, tokens.length);
    return handOver(new EmbeddingSequence(tokens, listener, config.embeddingLength()));
  }

  /**
   * Computes for nothing in the background, for as long as there is no request: the model a little
   * text and the image encoder, if there is one, a picture.
   */
  public void warmUp() {
    inbox.askForWarmUp();
  }

  /** How things stand and what was done so far; callable from any thread. */
  public EngineStatistics statistics() {
    EngineStatistics published = counters.published();
    return published.with(
        Math.max(0, inbox.taken() - published.running()),
        images.map(ImageCache::statistics).orElse(ImageStatistics.NONE));
  }

  private void checkLength(int[] tokens, int atLeast, int atMost) {
    if (tokens.length < atLeast) {
      throw new IllegalArgumentException(
          "prompt: expected %d or more tokens, found %d".formatted(atLeast, tokens.length));
    }
    if (tokens.length > atMost) {
      throw new ContextLengthExceededException(tokens.length, atMost, options.contextLength());
    }
  }

  /** Proves that negative ids are where pictures stand and nowhere else, and who gave them out. */
  private void checkImages(int[] prompt, List<PromptImage> pictures) {
    int position = 0;
    for (PromptImage picture : pictures) {
      if (images.isEmpty()) {
        throw new IllegalArgumentException(
            "prompt: expected text only, found an image at position %d; the model takes no images"
                .formatted(picture.begin()));
      }
      if (!images.get().gaveOut(picture.id())) {
        throw new IllegalArgumentException(
            "image at position %d: expected an id that the image cache gave out, found %d"
                .formatted(picture.begin(), picture.id()));
      }
      if (picture.begin() < position || picture.end() > prompt.length) {
        throw new IllegalArgumentException(
            "image: expected positions from %d to %d, found %d to %d"
                .formatted(position, prompt.length, picture.begin(), picture.end()));
      }
      checkIds(prompt, position, picture.begin());
      for (position = picture.begin(); position < picture.end(); position++) {
        if (prompt[position] != picture.id()) {
          throw new IllegalArgumentException(
              "image at position %d: expected its id %d at position %d, found %d"
                  .formatted(picture.begin(), picture.id(), position, prompt[position]));
        }
      }
    }
    checkIds(prompt, position, prompt.length);
  }

  private void checkIds(int[] tokens, int begin, int end) {
    int vocabularySize = config.vocabularySize();
    for (int i = begin; i < end; i++) {
      if (tokens[i] < 0 || tokens[i] >= vocabularySize) {
        throw new IllegalArgumentException(
            "prompt: expected token ids of 0 or more below %d, found %d at position %d"
                .formatted(vocabularySize, tokens[i], i));
      }
    }
  }

  private Submission handOver(Sequence sequence) {
    weights.requireWhole();
    inbox.put(sequence);
    return sequence;
  }

  /**
   * Ends running and waiting requests with {@link EngineClosedException} as soon as the forward
   * pass of the moment is over, frees the KV cache and closes the workers. Idempotent.
   *
   * @throws IllegalStateException when a listener calls it: the engine cannot wait for itself
   */
  @Override
  public void close() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("a listener cannot close the engine that calls it");
    }
    inbox.close();
    // Memory may only be freed after the thread that reads it has ended, interrupted or not.
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
