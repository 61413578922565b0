package io.maque.nn;

import io.maque.kernel.Kernels;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Changes queries and keys so that keys lose less when a KV cache rounds them, and attention stays
 * what it was.
 *
 * <p>A quantised block is rounded to steps of its largest element. Two things keep that small.
 *
 * <p><b>A constant is taken from every key.</b> It changes all scores of a query by the same
 * amount, which softmax does not see. Where keys have a bias, as in qwen2, its elements can be a
 * hundred times those of the rest, above all in pairs that rotate slowly, where it is nearly the
 * same at every position. The constant is the mean of the rotated bias over the first {@link #SPAN}
 * positions: with {@code x = frequency · SPAN / 2}, the bias rotated by {@code x} and times {@code
 * sin(x) / x}, so all of it for slow pairs and nothing for fast ones.
 *
 * <p><b>Queries and keys are transformed</b> so that no element stands out: {@link
 * io.maque.kernel.Hadamard}.
 */
final class KeyPreparation {
  private static final int SPAN = 4096;

  private final Kernels kernels;
  private final Attention.Heads heads;
  private final Optional<Tensor> bias;
  private final Rope rope;

  /** The negated constant; made when first needed, for most caches round nothing. */
  private volatile FloatMatrix shift;

  /**
   * @param bias of the projection to keys, where keys are not normalised after it
   */
  KeyPreparation(Kernels kernels, Attention.Heads heads, Optional<Tensor> bias, Rope rope) {
    this.kernels = kernels;
    this.heads = heads;
    this.bias = bias;
    this.rope = rope;
  }

  /** Prepares the rotated query heads of a row. */
  void prepareQuery(FloatMatrix query, int row) {
    kernels
        .hadamard()
        .transform(query.data(), query.offset(row), heads.headCount() * heads.keyLength());
  }

  /** Prepares the rotated key heads of a row. */
  void prepareKey(FloatMatrix key, int row) {
    int count = heads.headCountKv() * heads.keyLength();
    if (bias.isPresent()) {
      kernels.add().add(key.data(), key.offset(row), shift().data(), 0, count);
    }
    kernels.hadamard().transform(key.data(), key.offset(row), count);
  }

  private FloatMatrix shift() {
    FloatMatrix made = shift;
    if (made == null) {
      made = makeShift(bias.orElseThrow());
      shift = made;
    }
    return made;
  }

  private FloatMatrix makeShift(Tensor constant) {
    int keys = heads.headCountKv() * heads.keyLength();
    FloatMatrix made = FloatMatrix.allocate(Arena.ofAuto(), 1, keys);
    MemorySegment.copy(constant.data(), 0, made.data(), 0, (long) keys * Float.BYTES);
    for (int i = 0; i < keys; i++) {
      made.set(0, i, -made.get(0, i));
    }
    rope.rotateByMean(made, heads.headCountKv(), SPAN);
    return made;
  }
}
