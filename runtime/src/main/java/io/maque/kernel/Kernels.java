package io.maque.kernel;

import io.maque.tensor.TensorType;
import java.util.List;

/**
 * The chosen kernel of every operation: computed once from the ladder of providers, then read-only
 * and shared by all models of the process.
 */
public interface Kernels {

  /** The product with a weight matrix of {@code weightType}. */
  MatMul matMul(TensorType weightType);

  /** Attention over a KV cache of {@code cacheType}. */
  Attention attention(TensorType cacheType);

  /** Root-mean-square normalisation. */
  RmsNorm rmsNorm();

  /** Rotary position embedding. */
  Rope rope(RopePairing pairing);

  /** The gate of a feed-forward layer. */
  GatedActivation gatedActivation(Activation activation);

  /** Vector addition. */
  Add add();

  /** Every operation with the kernel that serves it, in the order they are printed. */
  List<Choice> choices();

  /** Every rung of the ladder, best first, with its availability on this machine. */
  List<Rung> rungs();

  /**
   * @param operation such as {@code matMul}
   * @param format weight, cache or variant the operation was asked for, such as {@code Q8_0}; empty
   *     when there is only one
   * @param kernel name of the kernel that serves it
   * @param provider name of the rung it comes from
   */
  record Choice(String operation, String format, String kernel, String provider) {}

  /** A rung and whether it can run here. */
  record Rung(String provider, Availability availability) {}
}
