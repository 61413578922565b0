package io.maque.server;

import io.maque.chat.ChatFormat;
import io.maque.engine.EngineStatistics;
import io.maque.engine.FinishReason;
import io.maque.generate.Generation;
import io.maque.generate.GenerationHandle;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.generate.ModelCard;
import io.maque.generate.Prompt;
import io.maque.generate.Score;
import io.maque.generate.Timings;
import io.maque.generate.Usage;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says 'again' every few milliseconds until it is cancelled, to see who cancels it. A request whose
 * {@code maxTokens} is 1 gets pieces of 64 KB as fast as they can be sent.
 */
public final class EndlessModel implements LanguageModel {
  private static final AtomicInteger RUNNING = new AtomicInteger();
  private static final int LARGE = 1 << 16;

  private final LanguageModel model;

  EndlessModel(LanguageModel model) {
    this.model = model;
  }

  /** Requests that were begun and neither cancelled nor given up. */
  public static int running() {
    return RUNNING.get();
  }

  @Override
  public GenerationHandle submit(GenerationRequest request) {
    RUNNING.incrementAndGet();
    return new Handle(request.maxTokens() == 1);
  }

  private static final class Handle implements GenerationHandle {
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final AtomicBoolean ended = new AtomicBoolean();
    private final boolean large;

    Handle(boolean large) {
      this.large = large;
    }

    @Override
    public Generation await(GenerationListener listener) {
      String text = large ? "x".repeat(LARGE) : "again ";
      try {
        while (!cancelled.await(large ? 0 : 5, TimeUnit.MILLISECONDS)) {
          listener.onPiece(new Piece(text, List.of()));
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return new Generation(
          "",
          List.of(),
          List.of(),
          FinishReason.CANCELLED,
          new Usage(1, 0, 1, 0),
          new Timings(0, 0, 0, 0, 0, 0, 0, 0),
          List.of());
    }

    @Override
    public void cancel() {
      // The thread that answers and the one that watches the client may both come here.
      if (ended.compareAndSet(false, true)) {
        RUNNING.decrementAndGet();
        cancelled.countDown();
      }
    }
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
    return model.embed(texts);
  }

  @Override
  public EngineStatistics statistics() {
    return model.statistics();
  }

  @Override
  public void close() {
    // The model it stands for is closed by the test.
  }
}
