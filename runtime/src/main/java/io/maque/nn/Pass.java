package io.maque.nn;

import io.maque.cache.KvCache;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import java.util.Map;

/**
 * What the layers of one forward pass share.
 *
 * @param activations one row per token of the pass
 * @param positions sequence and position of each row
 * @param angles of each row, for every {@link Rope} of the model
 * @param cache receives the keys and values of the rows
 * @param workers split each step
 */
public record Pass(
    Activations activations,
    Positions positions,
    Map<Rope, FloatMatrix> angles,
    KvCache cache,
    Workers workers) {}
