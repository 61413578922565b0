package io.maque.sampling;

import io.maque.sampling.SampledToken.Candidate;
import io.maque.sampling.SampledToken.Logprobs;
import io.maque.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.List;

/**
 * What one row of logits says by itself, before any option of sampling. Minus infinity is an
 * impossible token; NaN and plus infinity are errors.
 */
public final class Logits {
  private Logits() {}

  /**
   * The most likely of the allowed ids of a row; of equals the lowest.
   *
   * @throws InvalidLogitsException for NaN, plus infinity, or when no allowed id is possible
   */
  public static int argmax(FloatMatrix logits, int row, TokenSet allowed, SamplingMemory memory) {
    RowMaxima maxima = memory.maxima();
    maxima.find(logits, row);
    if (maxima.known()) {
      int best = maxima.argmax(logits, row);
      if (allowed.contains(best)) {
        return best;
      }
    }
    return argmax(memory.load(logits, row), allowed);
  }

  /** The same of a copy on the heap, which code that is not yet compiled reads far faster. */
  static int argmax(float[] row, TokenSet allowed) {
    int best = -1;
    float bestLogit = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < row.length; id++) {
      float logit = row[id];
      // Negated so that NaN enters too.
      if (!(logit <= bestLogit)) {
        check(logit, id);
        if (allowed.contains(id)) {
          best = id;
          bestLogit = logit;
        }
      }
    }
    if (best < 0) {
      throw impossible();
    }
    return best;
  }

  /**
   * Natural log-probability of {@code id} under the softmax of all of a row.
   *
   * @throws InvalidLogitsException for NaN, plus infinity, or a row of minus infinities
   */
  public static float logprob(FloatMatrix logits, int row, int id, SamplingMemory memory) {
    return (float) (logits.get(row, id) - logSumExp(memory.load(logits, row)));
  }

  /**
   * Log-probabilities of the chosen token and of the {@code top} most likely allowed ones, under
   * the softmax of all of a row.
   */
  public static Logprobs logprobs(
      FloatMatrix logits, int row, TokenSet allowed, int chosen, int top, SamplingMemory memory) {
    float[] values = memory.load(logits, row);
    double logSumExp = logSumExp(values);
    List<Candidate> candidates = new ArrayList<>(top);
    if (top > 0) {
      TopTokens most = memory.top();
      allowed.mask(values);
      most.select(values, top);
      for (int i = 0; i < most.count(); i++) {
        candidates.add(new Candidate(most.id(i), (float) (most.logit(i) - logSumExp)));
      }
    }
    return new Logprobs((float) (logits.get(row, chosen) - logSumExp), candidates);
  }

  private static double logSumExp(float[] row) {
    float max = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < row.length; id++) {
      if (!(row[id] <= max)) {
        check(row[id], id);
        max = row[id];
      }
    }
    if (max == Float.NEGATIVE_INFINITY) {
      throw impossible();
    }
    double sum = 0;
    for (float logit : row) {
      sum += Math.exp(logit - max);
    }
    return max + Math.log(sum);
  }

  static void check(float logit, int id) {
    if (!(logit < Float.POSITIVE_INFINITY)) {
      throw new InvalidLogitsException(
          "logit of token %d: expected a finite number, found %s; the model file may be damaged"
              .formatted(id, logit));
    }
  }

  static InvalidLogitsException impossible() {
    return new InvalidLogitsException(
        "expected at least one token with a finite logit, found none; a logit bias or the model"
            + " rules out all of them");
  }
}
