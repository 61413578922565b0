package io.maque.server.observe;

import io.maque.chat.ChatFormat;
import io.maque.engine.EngineStatistics;
import io.maque.engine.FinishReason;
import io.maque.generate.Generation;
import io.maque.generate.GenerationHandle;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.generate.ModelCard;
import io.maque.generate.Prompt;
import io.maque.generate.Score;
import io.maque.generate.Timings;
import io.maque.metrics.Stopwatch;
import io.maque.sampling.SampledToken;
import io.maque.server.router.Lease;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/** A model for one request, which measures the answers. */
final class ObservedModel implements LanguageModel {
  private final LanguageModel model;
  private final ModelMeters meters;
  private final double loadMillis;
  private final ObservedModels all;
  private final RequestReport report;

  ObservedModel(Lease lease, ObservedModels all, RequestReport report) {
    this.model = lease.model();
    this.meters = all.meters().of(lease.name());
    this.loadMillis = lease.loadMillis();
    this.all = all;
    this.report = report;
  }

  @Override
  public GenerationHandle submit(GenerationRequest request) {
    Handle handle = new Handle(model.submit(request));
    all.began(handle);
    return handle;
  }

  private final class Handle implements GenerationHandle {
    private final GenerationHandle handle;

    Handle(GenerationHandle handle) {
      this.handle = handle;
    }

    @Override
    public Generation await(GenerationListener listener) {
      try {
        Generation generation = withLoadTime(handle.await(new Pace(listener)));
        report.add(generation);
        meters.answered(generation);
        if (generation.finishReason() == FinishReason.CANCELLED) {
          all.requireServing();
        }
        return generation;
      } finally {
        all.ended(this);
      }
    }

    @Override
    public void cancel() {
      handle.cancel();
      all.ended(this);
    }
  }

  /** Measures the time between pieces that bring tokens. */
  private final class Pace implements GenerationListener {
    private final GenerationListener listener;
    private Stopwatch sinceLast;

    Pace(GenerationListener listener) {
      this.listener = listener;
    }

    @Override
    public void onPrompt(List<SampledToken> prompt) {
      listener.onPrompt(prompt);
    }

    @Override
    public void onPiece(Piece piece) {
      int tokens = Math.max(1, piece.tokens().size());
      if (sinceLast != null) {
        double each = sinceLast.elapsedMillis() / tokens;
        for (int i = 0; i < tokens; i++) {
          meters.interToken(each);
        }
      }
      sinceLast = Stopwatch.start();
      meters.passed(model.statistics());
      listener.onPiece(piece);
    }
  }

  /** Loading is what this request waited for, not what the model once took. */
  private Generation withLoadTime(Generation generation) {
    Timings timings = generation.timings();
    return new Generation(
        generation.text(),
        generation.promptTokens(),
        generation.tokens(),
        generation.finishReason(),
        generation.usage(),
        new Timings(
            loadMillis,
            timings.queueMillis(),
            timings.imageDecodeMillis(),
            timings.preprocessMillis(),
            timings.imageEncodeMillis(),
            timings.prefillMillis(),
            timings.ttftMillis(),
            timings.decodeMillis()),
        generation.images());
  }

  @Override
  public ModelCard card() {
    return model.card();
  }

  @Override
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  @Override
  public Optional<ChatFormat> chatFormat() {
    return model.chatFormat();
  }

  @Override
  public int[] encode(Prompt prompt) {
    return model.encode(prompt);
  }

  @Override
  public Score score(int[] tokens) {
    return model.score(tokens);
  }

  @Override
  public List<float[]> embed(List<int[]> texts) {
    Stopwatch stopwatch = Stopwatch.start();
    List<float[]> vectors = model.embed(texts);
    int tokens = texts.stream().mapToInt(text -> text.length).sum();
    meters.embedded(texts.size(), tokens, stopwatch.elapsedMillis());
    report.embedded(tokens);
    return vectors;
  }

  @Override
  public EngineStatistics statistics() {
    return model.statistics();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("a lease is closed, not its model");
  }
}
