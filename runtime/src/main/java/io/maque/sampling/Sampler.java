package io.maque.sampling;

import io.maque.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses the tokens of one completion. Options apply in the order of Hugging Face transformers:
 * logit bias, repetition penalty, presence and frequency penalty (OpenAI's formula, which counts
 * the completion only), temperature, top-k, top-p, min-p. What remains is drawn from with one
 * random number per token; at temperature 0 the most likely token is taken, of equals the lowest
 * id.
 *
 * <p>The tokens depend on the options, the seed and the logits alone. Belongs to one sequence.
 */
public final class Sampler {
  /** How many tokens top-p looks at first when there is no top-k; eight times more each time. */
  private static final int FIRST_SELECTION = 64;

  private final SamplingOptions options;
  private final TokenSet allowed;
  private final Optional<TokenConstraint> constraint;
  private final SplitMix64 random;
  private final Map<Integer, Integer> completionCounts = new HashMap<>();
  private int[] history;
  private int historyLength;

  /** Of the thread that samples now, and its parts. */
  private SamplingMemory memory;

  private float[] row;
  private TopTokens top;
  private RowMaxima maxima;
  private double[] weights;

  /** A sampler without constraint. */
  public Sampler(SamplingOptions options, TokenSet allowed, int[] prompt) {
    this(options, allowed, Optional.empty(), prompt);
  }

  /**
   * @param allowed the ids that may be chosen
   * @param constraint leaves fewer of them, differently for each token; belongs to this sampler
   * @param prompt what the completion follows; the repetition penalty looks at it, but not at
   *     negative ids, which stand for pictures
   * @throws IllegalArgumentException when the logit bias names an id outside the vocabulary
   */
  public Sampler(
      SamplingOptions options,
      TokenSet allowed,
      Optional<TokenConstraint> constraint,
      int[] prompt) {
    for (int id : options.logitBias().keySet()) {
      if (id >= allowed.size()) {
        throw new IllegalArgumentException(
            "logitBias: expected token ids below %d, found %d".formatted(allowed.size(), id));
      }
    }
    this.options = options;
    this.allowed = allowed;
    this.constraint = constraint;
    this.random =
        new SplitMix64(options.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong()));
    this.history = prompt.clone();
    this.historyLength = prompt.length;
  }

  /**
   * The next token of the completion.
   *
   * @param logits one row per sequence, a column per row of the vocabulary
   * @param memory of this thread
   * @throws InvalidLogitsException for NaN, plus infinity, or when no token is possible
   * @throws IllegalStateException when the constraint allows no token
   */
  public int sample(FloatMatrix logits, int row, SamplingMemory memory) {
    int id = choose(logits, row, memory);
    remember(id);
    return id;
  }

  /** Whether a constraint leaves nothing but the end of the completion. */
  public boolean complete() {
    return constraint.isPresent() && constraint.get().complete();
  }

  private int choose(FloatMatrix logits, int index, SamplingMemory thread) {
    if (options.greedy() && !options.adjustsLogits() && constraint.isEmpty()) {
      return Logits.argmax(logits, index, allowed, thread);
    }
    memory = thread;
    row = thread.load(logits, index);
    top = thread.top();
    maxima = thread.maxima();
    maxima.find(logits, index);
    checkAndMask();
    adjust();
    if (options.greedy()) {
      select(1);
      requirePossible(top.count());
      return top.id(0);
    }
    return draw();
  }

  private void checkAndMask() {
    if (!maxima.known()) {
      for (int id = 0; id < row.length; id++) {
        Logits.check(row[id], id);
      }
    }
    allowed.mask(row);
    constraint.ifPresent(now -> mask(now.allowed()));
  }

  private void mask(long[] words) {
    boolean any = false;
    for (int id = 0; id < row.length; id++) {
      int word = id / Long.SIZE;
      if (word >= words.length || (words[word] >>> id & 1) == 0) {
        row[id] = Float.NEGATIVE_INFINITY;
      }
      any |= row[id] > Float.NEGATIVE_INFINITY;
    }
    if (!any) {
      throw new IllegalStateException(
          "the constraint on the answer leaves no token that the model finds possible");
    }
  }

  private void adjust() {
    options.logitBias().forEach((id, bias) -> set(id, row[id] + bias.floatValue()));
    if (options.repetitionPenalty() != 1) {
      penalizeRepetition((float) options.repetitionPenalty());
    }
    if (options.presencePenalty() != 0 || options.frequencyPenalty() != 0) {
      completionCounts.forEach((id, count) ->
          set(
              id,
              row[id] - (float) (options.presencePenalty() + count * options.frequencyPenalty())));
    }
  }

  private void set(int id, float logit) {
    row[id] = logit;
    maxima.raise(id, logit);
  }

  private void select(int k) {
    if (maxima.known()) {
      top.select(row, k, maxima);
    } else {
      top.select(row, k);
    }
  }

  private void penalizeRepetition(float penalty) {
    int window = options.repetitionWindow();
    int begin = window == 0 ? 0 : Math.max(0, historyLength - window);
    BitSet seen = memory.seen();
    for (int i = begin; i < historyLength; i++) {
      int id = history[i];
      // Negative where a picture stands.
      if (id >= 0 && !seen.get(id)) {
        seen.set(id);
        set(id, row[id] > 0 ? row[id] / penalty : row[id] * penalty);
      }
    }
  }

  private int draw() {
    if (options.topK() > 0) {
      select(options.topK());
      requirePossible(top.count());
      return drawFromTop(weighTop());
    }
    if (options.topP() < 1) {
      return drawFromTop(selectTopP());
    }
    return drawFromAll();
  }

  /**
   * Selects as many of the most likely tokens as top-p may need.
   *
   * @return the weight of all tokens
   */
  private double selectTopP() {
    select(1);
    requirePossible(top.count());
    float max = top.logit(0);
    double total = 0;
    for (float logit : row) {
      total += weight(logit, max);
    }
    int k = FIRST_SELECTION;
    select(k);
    while (weighTop() < options.topP() * total && k < row.length) {
      k *= 8;
      select(k);
    }
    return total;
  }

  /** Weighs the selected tokens and returns the sum. */
  private double weighTop() {
    weights = memory.weights(top.count());
    double sum = 0;
    for (int i = 0; i < top.count(); i++) {
      weights[i] = weight(top.logit(i), top.logit(0));
      sum += weights[i];
    }
    return sum;
  }

  private int drawFromTop(double total) {
    // Both cuts keep the most likely token. The weight of that one is 1.
    double kept = weights[0];
    int count = 1;
    while (count < top.count()
        && kept < options.topP() * total
        && weights[count] >= options.minP()) {
      kept += weights[count++];
    }
    return top.id(drawIndex(count, kept));
  }

  private int drawFromAll() {
    select(1);
    requirePossible(top.count());
    weights = memory.weights(row.length);
    double sum = 0;
    for (int id = 0; id < row.length; id++) {
      double weight = weight(row[id], top.logit(0));
      weights[id] = weight >= options.minP() ? weight : 0;
      sum += weights[id];
    }
    return drawIndex(row.length, sum);
  }

  private int drawIndex(int count, double sum) {
    double rest = random.nextDouble() * sum;
    int last = 0;
    for (int i = 0; i < count; i++) {
      if (weights[i] > 0) {
        last = i;
        rest -= weights[i];
        if (rest < 0) {
          return i;
        }
      }
    }
    // Rounding may leave a crumb beyond the last token.
    return last;
  }

  private double weight(float logit, float max) {
    return Math.exp((logit - max) / options.temperature());
  }

  private static void requirePossible(int count) {
    if (count == 0) {
      throw Logits.impossible();
    }
  }

  private void remember(int id) {
    constraint.ifPresent(now -> now.accept(id));
    if (options.repetitionPenalty() != 1) {
      if (historyLength == history.length) {
        history = Arrays.copyOf(history, Math.max(16, 2 * historyLength));
      }
      history[historyLength++] = id;
    }
    if (options.presencePenalty() != 0 || options.frequencyPenalty() != 0) {
      completionCounts.merge(id, 1, Integer::sum);
    }
  }
}
