package io.maque.engine;

import io.maque.cache.BlockTable;
import io.maque.metrics.Deadline;
import io.maque.metrics.Stopwatch;
import io.maque.sampling.SamplingMemory;
import io.maque.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.Optional;

/**
 * Tokens on their way through the model. The first {@link #computed()} of them have keys and values
 * in the blocks of {@link #blockTable()}; the rest, at least one, is still to be computed. Owned by
 * the engine thread, except for {@link #cancel}.
 */
abstract sealed class Sequence implements Submission
    permits CompletionSequence, ScoringSequence, EmbeddingSequence {

  /** Where a sequence is in its life. */
  enum State {
    /** Not in work: new, or preempted and to be computed again. */
    WAITING,
    /** In work, without keys and values: a sequence before it may compute what both begin with. */
    ADMITTED,
    /** In work: tokens that were known before are being computed. */
    PREFILL,
    /** In work: the only token to compute is the one just sampled. */
    DECODE,
    /** Over. */
    FINISHED
  }

  /** What a sequence wants of the model at a position. */
  enum Output {
    /** Keys and values are enough. */
    NOTHING,
    /** How likely each token is to come next. */
    LOGITS,
    /** The hidden state after the output norm. */
    HIDDEN_STATE
  }

  private static final Optional<FinishReason> CANCELLED = Optional.of(FinishReason.CANCELLED);
  private static final Optional<FinishReason> DEADLINE = Optional.of(FinishReason.DEADLINE);

  private final Optional<Deadline> deadline;
  private final Stopwatch submitted = Stopwatch.start();
  private final BlockTable blockTable = new BlockTable();
  private final PromptImages images;
  private final int promptLength;
  private int[] tokens;
  private int length;
  private int computed;

  /** Position before which everything can be computed. */
  private int ready;

  private State state = State.WAITING;
  private boolean started;
  private volatile boolean cancelled;

  Sequence(int[] prompt, PromptImages images, Optional<Deadline> deadline) {
    this.images = images;
    this.deadline = deadline;
    this.promptLength = prompt.length;
    this.tokens = prompt.clone();
    this.length = prompt.length;
  }

  /** What is wanted of a position whose keys and values have just been computed. */
  abstract Output wanted(int position);

  /**
   * Works out what the wanted output of a position says. Different positions are given to different
   * worker threads at the same time.
   *
   * @param memory of the worker
   */
  abstract void evaluate(int position, FloatMatrix output, int row, SamplingMemory memory);

  /**
   * Takes over what {@link #evaluate} found, on the engine thread, one position after the other.
   *
   * @return why the sequence is over, or empty when it goes on
   */
  abstract Optional<FinishReason> accept(int position, FloatMatrix output, int row);

  /** Tokens sampled so far. */
  int completionTokens() {
    return 0;
  }

  /** A picture was encoded for this sequence. */
  void onEncoded(double millis) {}

  /** Tells the listener that the sequence is over. */
  abstract void onFinish(FinishReason reason);

  /** Tells the listener that the sequence failed. */
  abstract void onError(RuntimeException error);

  /** Whether keys and values may come from other sequences. */
  boolean readsCache() {
    return false;
  }

  /** Whether keys and values are left to other sequences. */
  boolean leavesCache() {
    return false;
  }

  /** Called once, when the sequence gets its first share of a forward pass. */
  abstract void onStart(int cachedTokens);

  @Override
  public final void cancel() {
    cancelled = true;
  }

  /** Why the sequence is to end before its time, if it is. */
  final Optional<FinishReason> interruption() {
    if (cancelled) {
      return CANCELLED;
    }
    return deadline.isPresent() && deadline.get().passed() ? DEADLINE : Optional.empty();
  }

  final Stopwatch submitted() {
    return submitted;
  }

  final BlockTable blockTable() {
    return blockTable;
  }

  final int promptLength() {
    return promptLength;
  }

  final int length() {
    return length;
  }

  final int token(int position) {
    return tokens[position];
  }

  /** All tokens, without a copy: read only, up to {@link #length}. */
  final int[] tokens() {
    return tokens;
  }

  /** How many tokens two sequences begin with alike. */
  final int common(Sequence other) {
    int mismatch = Arrays.mismatch(tokens, 0, length, other.tokens, 0, other.length);
    return mismatch < 0 ? length : mismatch;
  }

  final int[] tokens(int begin, int count) {
    return Arrays.copyOfRange(tokens, begin, begin + count);
  }

  final int computed() {
    return computed;
  }

  /** Whether the sequence was in work before. */
  final boolean started() {
    return started;
  }

  /** The pictures of the prompt. */
  final PromptImages images() {
    return images;
  }

  /** Tokens that can be computed now; not all that are left when a picture is among them. */
  final int computable() {
    return Math.min(ready, length) - computed;
  }

  /**
   * Finds out what can be computed now. A picture whose rows are missing is worth waiting for when
   * it comes soon: the few tokens before it are then computed together with it.
   *
   * @param soon tokens that are not worth a pass of their own
   * @param most tokens of a pass
   * @return whether anything can be computed; otherwise the sequence holds no picture and waits for
   *     {@link PromptImages#missing}
   */
  final boolean prepare(int soon, int most) {
    ready = images.hold(computed, most);
    if (!images.holding() && ready - computed < soon) {
      ready = computed;
    }
    return computable() > 0;
  }

  final State state() {
    return state;
  }

  final void append(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(16, 2 * length));
    }
    tokens[length++] = token;
  }

  /** The sequence is in work from now on. */
  final void admit() {
    state = State.ADMITTED;
  }

  /**
   * The sequence is being computed from now on, with keys and values of its first tokens at hand.
   */
  final void start(int cachedTokens) {
    computed = cachedTokens;
    images.start(cachedTokens);
    state = State.PREFILL;
    if (!started) {
      started = true;
      onStart(cachedTokens);
    }
  }

  /** Keys and values of {@code count} more tokens are in the cache. */
  final void advance(int count) {
    computed += count;
    images.advance(computed);
    if (computed == length) {
      state = State.DECODE;
    }
  }

  /** All keys and values are gone; the tokens stay. */
  final void preempt() {
    computed = 0;
    images.letGo();
    state = State.WAITING;
  }

  final void finish() {
    images.letGo();
    state = State.FINISHED;
  }
}
