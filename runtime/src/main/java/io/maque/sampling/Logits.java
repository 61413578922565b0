package io.maque.sampling;

import io.maque.sampling.SampledToken.Candidate;
import io.maque.sampling.SampledToken.Logprobs;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * What one row of logits says by itself, before any option of sampling. Minus infinity is an
 * impossible token; NaN and plus infinity are errors.
 */
public final class Logits {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Logits() {}

  /**
   * The most likely of the allowed ids of a row; of equals the lowest. Allocates nothing.
   *
   * @throws InvalidLogitsException for NaN, plus infinity, or when no allowed id is possible
   */
  public static int argmax(FloatMatrix logits, int row, TokenSet allowed) {
    MemorySegment data = logits.data();
    long begin = (long) row * logits.columns();
    int best = -1;
    float bestLogit = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.columns(); id++) {
      float logit = data.getAtIndex(FLOAT, begin + id);
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
  public static float logprob(FloatMatrix logits, int row, int id) {
    return (float) (logits.get(row, id) - logSumExp(logits, row));
  }

  /**
   * Log-probabilities of the chosen token and of the {@code top} most likely allowed ones, under
   * the softmax of all of a row.
   */
  public static Logprobs logprobs(
      FloatMatrix logits, int row, TokenSet allowed, int chosen, int top) {
    double logSumExp = logSumExp(logits, row);
    List<Candidate> candidates = new ArrayList<>(top);
    if (top > 0) {
      TopTokens most = new TopTokens();
      float[] values = logits.toArray(row);
      allowed.mask(values);
      most.select(values, top);
      for (int i = 0; i < most.count(); i++) {
        candidates.add(new Candidate(most.id(i), (float) (most.logit(i) - logSumExp)));
      }
    }
    return new Logprobs((float) (logits.get(row, chosen) - logSumExp), candidates);
  }

  private static double logSumExp(FloatMatrix logits, int row) {
    MemorySegment data = logits.data();
    long begin = (long) row * logits.columns();
    float max = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.columns(); id++) {
      float logit = data.getAtIndex(FLOAT, begin + id);
      if (!(logit <= max)) {
        check(logit, id);
        max = logit;
      }
    }
    if (max == Float.NEGATIVE_INFINITY) {
      throw impossible();
    }
    double sum = 0;
    for (int id = 0; id < logits.columns(); id++) {
      sum += Math.exp(data.getAtIndex(FLOAT, begin + id) - max);
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
