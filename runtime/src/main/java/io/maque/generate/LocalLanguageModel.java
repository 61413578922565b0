package io.maque.generate;

import io.maque.chat.ChatFormat;
import io.maque.engine.Engine;
import io.maque.engine.EngineStatistics;
import io.maque.engine.TokenRequest;
import io.maque.engine.TokenScores;
import io.maque.gguf.GgufFile;
import io.maque.metrics.Deadline;
import io.maque.metrics.Stopwatch;
import io.maque.sampling.ConstraintFactory;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.TextSegment;
import io.maque.tokenizer.TokenDecoder;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/** A model that runs in this process: its file, tokenizer, chat format and engine together. */
public final class LocalLanguageModel implements LanguageModel {
  private final ModelCard card;
  private final Tokenizer tokenizer;
  private final Optional<ChatFormat> chatFormat;
  private final Engine engine;
  private final GgufFile file;
  private final double loadMillis;

  /**
   * @param engine closed with this model
   * @param file closed with this model, after the engine that reads it
   * @param loadMillis what opening took
   */
  public LocalLanguageModel(
      ModelCard card,
      Tokenizer tokenizer,
      Optional<ChatFormat> chatFormat,
      Engine engine,
      GgufFile file,
      double loadMillis) {
    this.card = card;
    this.tokenizer = tokenizer;
    this.chatFormat = chatFormat;
    this.engine = engine;
    this.file = file;
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
    return switch (prompt) {
      case Prompt.Chat chat -> {
        if (chat.messages().stream().anyMatch(message -> !message.images().isEmpty())) {
          throw new ImagesNotSupportedException(card.name());
        }
        yield chatFormat
            .orElseThrow(() -> new NoChatTemplateException(card.name()))
            .encode(
                chat.messages(),
                chat.tools(),
                chat.templateArguments(),
                chat.addGenerationPrompt(),
                List.of())
            .ids();
      }
      case Prompt.Text(String text, boolean parseSpecial, boolean addBos) -> {
        Special special = parseSpecial ? Special.PARSE : Special.TEXT;
        int[] ids = tokenizer.encode(List.of(new TextSegment(text, special)));
        yield addBos ? ChatFormat.withBos(ids, tokenizer) : ids;
      }
      case Prompt.Tokens(List<Integer> ids) -> ids.stream().mapToInt(id -> id).toArray();
    };
  }

  @Override
  public GenerationHandle submit(GenerationRequest request) {
    Stopwatch encoding = Stopwatch.start();
    int[] prompt = encode(request.prompt());
    if (prompt.length == 0) {
      throw new EmptyPromptException();
    }
    // An answer begins a text of its own; a completion goes on in the middle of one.
    TokenDecoder decoder =
        request.prompt() instanceof Prompt.Chat ? tokenizer.decoder() : tokenizer.continuation();
    PendingGeneration pending =
        new PendingGeneration(
            decoder, new StopStrings(request.stop()), encoding.elapsedMillis(), loadMillis);
    TokenRequest tokens =
        new TokenRequest(
            prompt,
            List.of(),
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
    file.close();
  }
}
