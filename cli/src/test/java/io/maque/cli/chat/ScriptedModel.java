package io.maque.cli.chat;

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
import io.maque.generate.Usage;
import io.maque.tokenizer.Tokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Answers what it was told to, piece by piece, and remembers what it was asked. */
final class ScriptedModel implements LanguageModel {
  /** As the last piece of an answer: wait until cancelled. */
  static final String FOR_EVER = "<for ever>";

  private static final int CONTEXT_LENGTH = 100;

  private final Deque<List<String>> answers = new ArrayDeque<>();
  final List<GenerationRequest> requests = new ArrayList<>();

  ScriptedModel answering(String... pieces) {
    answers.add(List.of(pieces));
    return this;
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public ModelCard card() {
    return new ModelCard(
        "scripted", "llama", 1, "F32", 1, CONTEXT_LENGTH, CONTEXT_LENGTH, 1, 1, 1, true, false);
  }

  @Override
  public GenerationHandle submit(GenerationRequest request) {
    requests.add(request);
    return new Answer(answers.remove());
  }

  @Override
  public Tokenizer tokenizer() {
    throw new UnsupportedOperationException("a chat tokenizes nothing itself");
  }

  @Override
  public Optional<ChatFormat> chatFormat() {
    return Optional.empty();
  }

  @Override
  public int[] encode(Prompt prompt) {
    throw new UnsupportedOperationException("a chat counts no tokens itself");
  }

  @Override
  public Score score(int[] tokens) {
    throw new UnsupportedOperationException("a chat scores nothing");
  }

  @Override
  public List<float[]> embed(List<int[]> texts) {
    throw new UnsupportedOperationException("a chat embeds nothing");
  }

  @Override
  public EngineStatistics statistics() {
    throw new UnsupportedOperationException("a chat counts nothing");
  }

  @Override
  public void close() {}

  private static final class Answer implements GenerationHandle {
    private final List<String> pieces;
    private final CountDownLatch cancelled = new CountDownLatch(1);

    Answer(List<String> pieces) {
      this.pieces = pieces;
    }

    @Override
    public Generation await(GenerationListener listener) {
      StringBuilder text = new StringBuilder();
      FinishReason reason = FinishReason.STOP;
      for (String piece : pieces) {
        if (piece.equals(FOR_EVER)) {
          awaitCancel();
        }
        if (cancelled.getCount() == 0) {
          reason = FinishReason.CANCELLED;
          break;
        }
        text.append(piece);
        listener.onPiece(new GenerationListener.Piece(piece, List.of()));
      }
      return new Generation(
          text.toString(),
          List.of(),
          List.of(),
          reason,
          new Usage(7, 2, pieces.size(), 0),
          new Timings(1, 0, 0, 0, 0, 10, 20, 100),
          List.of());
    }

    private void awaitCancel() {
      try {
        if (!cancelled.await(20, TimeUnit.SECONDS)) {
          throw new IllegalStateException("expected a cancel within 20 s");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void cancel() {
      cancelled.countDown();
    }
  }
}
