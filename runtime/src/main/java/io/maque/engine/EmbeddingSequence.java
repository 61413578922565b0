package io.maque.engine;

import io.maque.sampling.SamplingMemory;
import io.maque.tensor.FloatMatrix;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * A text that becomes one vector: the mean of the hidden states of all its tokens after the output
 * norm, scaled to length 1 (mean pooling, Reimers and Gurevych 2019, arXiv 1908.10084).
 */
final class EmbeddingSequence extends Sequence {
  private final ResultListener<float[]> listener;
  private final double[] sum;
  private int pooled;

  /**
   * @param embeddingLength values per hidden state
   */
  EmbeddingSequence(int[] tokens, ResultListener<float[]> listener, int embeddingLength) {
    super(tokens, PromptImages.none(), Optional.empty());
    this.listener = listener;
    this.sum = new double[embeddingLength];
  }

  @Override
  Output wanted(int position) {
    // Positions before were pooled already when the sequence was preempted.
    return position >= pooled ? Output.HIDDEN_STATE : Output.NOTHING;
  }

  @Override
  void evaluate(int position, FloatMatrix states, int row, SamplingMemory memory) {
    // Sums must not depend on threads: left to accept, which sees one position after the other.
  }

  @Override
  Optional<FinishReason> accept(int position, FloatMatrix states, int row) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += states.get(row, i);
      if (!Double.isFinite(sum[i])) {
        throw new InvalidHiddenStateException(position);
      }
    }
    pooled = position + 1;
    return pooled == length() ? Optional.of(FinishReason.STOP) : Optional.empty();
  }

  @Override
  void onStart(int cachedTokens) {
    // Embeddings take no time into account.
  }

  @Override
  void onFinish(FinishReason reason) {
    if (reason == FinishReason.CANCELLED) {
      listener.onError(new CancellationException("embedding was cancelled"));
    } else {
      listener.onResult(unit());
    }
  }

  /** Of length 1; the mean points where the sum does. */
  private float[] unit() {
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    float[] unit = new float[sum.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (sum[i] * scale);
    }
    return unit;
  }

  @Override
  void onError(RuntimeException error) {
    listener.onError(error);
  }
}
