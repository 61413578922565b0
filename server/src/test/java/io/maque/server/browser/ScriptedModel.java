package io.maque.server.browser;

import io.maque.chat.ChatFormat;
import io.maque.engine.EngineStatistics;
import io.maque.engine.FinishReason;
import io.maque.engine.ImageStatistics;
import io.maque.fixture.TinyModels;
import io.maque.generate.Generation;
import io.maque.generate.GenerationHandle;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.ImageReport;
import io.maque.generate.LanguageModel;
import io.maque.generate.ModelCard;
import io.maque.generate.Prompt;
import io.maque.generate.Score;
import io.maque.generate.Timings;
import io.maque.generate.Usage;
import io.maque.image.ImageDecoder;
import io.maque.image.ImageLimits;
import io.maque.image.Size;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Answers what it was told to, piece by piece, and remembers what it was asked. */
final class ScriptedModel implements LanguageModel {
  private static final long PATIENCE_SECONDS = 120;
  private static final Tokenizer TOKENIZER = Tokenizer.from(TinyModels.vocabulary().metadata());

  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

  private final BlockingQueue<Answer> answers;
  private final BlockingQueue<GenerationRequest> requests;
  private final boolean eyes;

  /** One that takes text only. */
  ScriptedModel() {
    this(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>(), false);
  }

  private ScriptedModel(
      BlockingQueue<Answer> answers, BlockingQueue<GenerationRequest> requests, boolean eyes) {
    this.answers = answers;
    this.requests = requests;
    this.eyes = eyes;
  }

  /** The same, but it takes pictures. */
  ScriptedModel withEyes() {
    return new ScriptedModel(answers, requests, true);
  }

  /**
   * An answer to come.
   *
   * @param goOn what it waits for after its first piece; cancelling lets it go, too
   * @param failure what it ends with, or null
   */
  private record Answer(
      List<String> pieces,
      CountDownLatch goOn,
      CountDownLatch cancelled,
      FinishReason finish,
      RuntimeException failure) {}

  /** The next answer. */
  ScriptedModel answers(String... pieces) {
    return add(pieces, 0, FinishReason.STOP, null);
  }

  /** The next answer, cut by the limit of tokens. */
  ScriptedModel answersCut(String... pieces) {
    return add(pieces, 0, FinishReason.LENGTH, null);
  }

  /** The next answer: gives its first piece and waits until it is cancelled. */
  ScriptedModel answersUntilCancelled(String... pieces) {
    return add(pieces, 1, FinishReason.STOP, null);
  }

  /** The next answer: gives its pieces, then fails. */
  ScriptedModel fails(RuntimeException failure, String... pieces) {
    return add(pieces, 0, FinishReason.STOP, failure);
  }

  private ScriptedModel add(
      String[] pieces, int waits, FinishReason finish, RuntimeException failure) {
    answers.add(
        new Answer(
            List.of(pieces), new CountDownLatch(waits), new CountDownLatch(1), finish, failure));
    return this;
  }

  /** The conversation of the next request that came. */
  Prompt.Chat asked() {
    return (Prompt.Chat) request().prompt();
  }

  /** The next request that came. */
  GenerationRequest request() {
    try {
      GenerationRequest request = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("expected a request within %d s".formatted(PATIENCE_SECONDS));
      }
      return request;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether no request waits to be looked at. */
  boolean wasNotAsked() {
    return requests.isEmpty();
  }

  @Override
  public GenerationHandle submit(GenerationRequest request) {
    requests.add(request);
    Answer answer = answers.poll();
    if (answer == null) {
      throw new AssertionError("no answer was scripted for " + request.prompt());
    }
    if (answer.failure() != null && answer.pieces().isEmpty()) {
      throw answer.failure();
    }
    return new Handle(answer, reports(request));
  }

  /** Every picture is seen as LLaVA sees it. */
  private static List<ImageReport> reports(GenerationRequest request) {
    return request.prompt() instanceof Prompt.Chat chat
        ? chat.messages().stream()
            .flatMap(message -> message.images().stream())
            .map(image -> DECODER.header(image.file()).size())
            .map(size -> new ImageReport(size, new Size(336, 336), 576))
            .toList()
        : List.of();
  }

  private record Handle(Answer answer, List<ImageReport> images) implements GenerationHandle {

    @Override
    public Generation await(GenerationListener listener) {
      int given = 0;
      for (String piece : answer.pieces()) {
        if (answer.cancelled().getCount() == 0) {
          break;
        }
        listener.onPiece(new GenerationListener.Piece(piece, List.of()));
        given++;
        pause();
      }
      if (answer.failure() != null) {
        throw answer.failure();
      }
      boolean cancelled = answer.cancelled().getCount() == 0;
      return new Generation(
          String.join("", answer.pieces().subList(0, given)),
          List.of(),
          List.of(),
          cancelled ? FinishReason.CANCELLED : answer.finish(),
          new Usage(70, 20, given, 576 * images.size()),
          new Timings(1, 0, 12, 3, 400, 10, 20, 100),
          images);
    }

    private void pause() {
      try {
        Thread.sleep(3); // as a fast model does
        if (!answer.goOn().await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException("expected to be cancelled");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void cancel() {
      answer.cancelled().countDown();
      answer.goOn().countDown();
    }
  }

  @Override
  public ModelCard card() {
    return new ModelCard(
        "scripted", "llama", 135_000_000, "Q4_1", 1, 2048, 2048, 1, 1, 1, true, eyes);
  }

  @Override
  public Tokenizer tokenizer() {
    return TOKENIZER;
  }

  @Override
  public Optional<ChatFormat> chatFormat() {
    return Optional.empty();
  }

  @Override
  public int[] encode(Prompt prompt) {
    throw new UnsupportedOperationException("it counts no tokens");
  }

  @Override
  public Score score(int[] tokens) {
    throw new UnsupportedOperationException("it scores nothing");
  }

  @Override
  public List<float[]> embed(List<int[]> texts) {
    throw new UnsupportedOperationException("it embeds nothing");
  }

  @Override
  public EngineStatistics statistics() {
    return new EngineStatistics(0, 0, 1, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, ImageStatistics.NONE);
  }

  @Override
  public void close() {}
}
