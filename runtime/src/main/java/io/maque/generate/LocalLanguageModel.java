package io.maque.generate;

import io.maque.chat.ChatFormat;
import io.maque.engine.Engine;
import io.maque.engine.EngineStatistics;
import io.maque.engine.TokenRequest;
import io.maque.engine.TokenScores;
import io.maque.metrics.Deadline;
import io.maque.metrics.Stopwatch;
import io.maque.sampling.ConstraintFactory;
import io.maque.tokenizer.TokenDecoder;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A model that runs in this process: its file, tokenizer, chat format and engine together. */
public final class LocalLanguageModel implements LanguageModel {
  private final ModelCard card;
  private final Tokenizer tokenizer;
  private final Optional<ChatFormat> chatFormat;
  private final PromptEncoder prompts;
  private final Engine engine;
  private final List<Runnable> closing;
  private final double loadMillis;

  /**
   * @param images what takes pictures in; empty for a model that takes text only
   * @param engine closed with this model
   * @param closing run when this model is closed, after the engine has ended: it closes files
   * @param loadMillis what opening took
   */
  public LocalLanguageModel(
      ModelCard card,
      Tokenizer tokenizer,
      Optional<ChatFormat> chatFormat,
      Optional<ImageIntake> images,
      Engine engine,
      List<Runnable> closing,
      double loadMillis) {
    this.card = card;
    this.tokenizer = tokenizer;
    this.chatFormat = chatFormat;
    this.prompts =
        new PromptEncoder(
            card.name(), tokenizer, chatFormat, images, engine.options().contextLength());
    this.engine = engine;
    this.closing = List.copyOf(closing);
    this.loadMillis = loadMillis;
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Optional<ChatFormat> chatFormat() {
    return chatFormat;
  }

  @Override
  public int[] encode(Prompt prompt) {
    return prompts.ids(prompt);
  }

  @Override
  public GenerationHandle submit(GenerationRequest request) {
    Stopwatch encoding = Stopwatch.start();
    PromptEncoder.Encoded prompt = prompts.encode(request.prompt());
    if (prompt.ids().length == 0) {
      throw new EmptyPromptException();
    }
    // An answer begins a text of its own; a completion goes on in the middle of one.
    TokenDecoder decoder =
        request.prompt() instanceof Prompt.Chat ? tokenizer.decoder() : tokenizer.continuation();
    PendingGeneration pending =
        new PendingGeneration(
            decoder, new StopStrings(stops(request)), prompt, encoding.elapsedMillis(), loadMillis);
    TokenRequest tokens =
        new TokenRequest(
            prompt.ids(),
            prompt.images(),
            request.sampling(),
            request.maxTokens(),
            tokenizer.endTokens(),
            request.topLogprobs(),
            request.promptLogprobs(),
            request.constraint().map(ConstraintFactory::create),
            request.deadline().map(Deadline::after),
            request.reuseCache());
    pending.submitted(engine.submit(tokens, pending));
    return pending;
  }

  /** The request's, and in a conversation the model's own. */
  private List<String> stops(GenerationRequest request) {
    List<String> own =
        request.prompt() instanceof Prompt.Chat
            ? chatFormat.map(ChatFormat::stopSequences).orElse(List.of())
            : List.of();
    return Stream.concat(request.stop().stream(), own.stream()).toList();
  }

  @Override
  public Score score(int[] tokens) {
    PendingResult<TokenScores> pending = new PendingResult<>();
    pending.submitted(engine.score(tokens, pending));
    TokenScores scores = pending.await();
    return new Score(scores.logprobs(), scores.argmax());
  }

  @Override
  public List<float[]> embed(List<int[]> texts) {
    return new EmbeddingQueue(engine).embed(texts);
  }

  @Override
  public EngineStatistics statistics() {
    return engine.statistics();
  }

  @Override
  public void close() {
    engine.close();
    closing.forEach(Runnable::run);
  }
}
