package io.maque.kernel;

import io.maque.tensor.TensorType;
import java.util.Optional;

/**
 * One rung of the kernel ladder: a way to execute operations on this machine.
 *
 * <p>Each operation may be answered with empty; the next rung then serves it. The scalar rung
 * answers everything. Providers are listed once, best first, in {@code boot}; {@link
 * Kernels#choose} asks each of them once, and nothing is decided after that.
 */
public interface KernelProvider {

  /**
   * The rung's name as a user writes it to force it: {@code scalar}, {@code vector}, {@code avx2}.
   */
  String name();

  /** Whether the rung can run on this machine, or why not and what would help. */
  Availability availability(Machine machine);

  /** The product of a weight matrix in {@code weightType} with activations. */
  default Optional<MatMul> matMul(TensorType weightType) {
    return Optional.empty();
  }

  /** Attention over a KV cache that holds {@code cacheType}: F16, Q8_0 or F32. */
  default Optional<Attention> attention(TensorType cacheType) {
    return Optional.empty();
  }

  /** Writing to a KV cache that holds {@code cacheType}. */
  default Optional<CacheWrite> cacheWrite(TensorType cacheType) {
    return Optional.empty();
  }

  /** The Hadamard transform, for queries and keys of a quantised KV cache. */
  default Optional<Hadamard> hadamard() {
    return Optional.empty();
  }

  /** Root-mean-square normalisation. */
  default Optional<RmsNorm> rmsNorm() {
    return Optional.empty();
  }

  /** Rotary position embedding with the given pairing. */
  default Optional<Rope> rope(RopePairing pairing) {
    return Optional.empty();
  }

  /** The gate of a gated feed-forward layer. */
  default Optional<GatedActivation> gatedActivation(Activation activation) {
    return Optional.empty();
  }

  /** An activation without a gate. */
  default Optional<PlainActivation> plainActivation(Activation activation) {
    return Optional.empty();
  }

  /** Layer normalisation. */
  default Optional<LayerNorm> layerNorm() {
    return Optional.empty();
  }

  /** The softmax of a row. */
  default Optional<Softmax> softmax() {
    return Optional.empty();
  }

  /** The largest values of a row. */
  default Optional<Maxima> maxima() {
    return Optional.empty();
  }

  /** Addition of one vector to another. */
  default Optional<Add> add() {
    return Optional.empty();
  }
}
