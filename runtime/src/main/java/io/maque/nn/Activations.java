package io.maque.nn;

import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The intermediate values of one decoder layer, one row per token; every layer of a model writes
 * over those of the layer before.
 *
 * @param hidden the residual stream: {@code tokens × embeddingLength}
 * @param normed input of the current sub-layer: {@code tokens × embeddingLength}
 * @param branch output of the current sub-layer: {@code tokens × embeddingLength}
 * @param query {@code tokens × (headCount · keyLength)}
 * @param key {@code tokens × (headCountKv · keyLength)}
 * @param value {@code tokens × (headCountKv · valueLength)}
 * @param attended weighted sums of values: {@code tokens × (headCount · valueLength)}
 * @param gate {@code tokens × feedForwardLength}
 * @param up {@code tokens × feedForwardLength}
 * @param prepared input of the current matrix product in its kernel's layout
 * @param attentionPlan how the current attention is split among threads
 */
public record Activations(
    FloatMatrix hidden,
    FloatMatrix normed,
    FloatMatrix branch,
    FloatMatrix query,
    FloatMatrix key,
    FloatMatrix value,
    FloatMatrix attended,
    FloatMatrix gate,
    FloatMatrix up,
    MemorySegment prepared,
    AttentionPlan attentionPlan) {

  private static final long ALIGNMENT_BYTES = 64;

  /**
   * Memory for passes of up to {@code tokens} tokens.
   *
   * @param preparedBytes most that any {@link FusedLinear} of the model asks for
   */
  public static Activations allocate(
      Arena arena,
      int tokens,
      int embeddingLength,
      Attention.Heads heads,
      int feedForwardLength,
      long preparedBytes) {
    return new Activations(
        FloatMatrix.allocate(arena, tokens, embeddingLength),
        FloatMatrix.allocate(arena, tokens, embeddingLength),
        FloatMatrix.allocate(arena, tokens, embeddingLength),
        FloatMatrix.allocate(arena, tokens, heads.headCount() * heads.keyLength()),
        FloatMatrix.allocate(arena, tokens, heads.headCountKv() * heads.keyLength()),
        FloatMatrix.allocate(arena, tokens, heads.headCountKv() * heads.valueLength()),
        FloatMatrix.allocate(arena, tokens, heads.headCount() * heads.valueLength()),
        FloatMatrix.allocate(arena, tokens, feedForwardLength),
        FloatMatrix.allocate(arena, tokens, feedForwardLength),
        arena.allocate(preparedBytes, ALIGNMENT_BYTES),
        new AttentionPlan());
  }

  /** The same memory seen with {@code tokens} rows. */
  public Activations firstRows(int tokens) {
    return new Activations(
        hidden.firstRows(tokens),
        normed.firstRows(tokens),
        branch.firstRows(tokens),
        query.firstRows(tokens),
        key.firstRows(tokens),
        value.firstRows(tokens),
        attended.firstRows(tokens),
        gate.firstRows(tokens),
        up.firstRows(tokens),
        prepared,
        attentionPlan);
  }
}
