package io.maque.nn;

import io.maque.cache.KvCache;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the layers of one forward pass share.
 *
 * @param activations one row per token of the pass
 * @param positions sequence and position of each row
 * @param angles of each row, for every {@link Rope} of the model
 * @param cache receives the keys and values of the rows
 * @param workers split each step
 * @param wanted the rows of which more than keys and values is wanted of a layer; empty for all
 */
public record Pass(
    Activations activations,
    Positions positions,
    Map<Rope, FloatMatrix> angles,
    KvCache cache,
    Workers workers,
    Optional<int[]> wanted) {

  /** A pass of which all rows are wanted. */
  public Pass(
      Activations activations,
      Positions positions,
      Map<Rope, FloatMatrix> angles,
      KvCache cache,
      Workers workers) {
    this(activations, positions, angles, cache, workers, Optional.empty());
  }

  /**
   * The same for a last layer.
   *
   * @param rows in ascending order
   */
  public Pass wanting(int[] rows) {
    return new Pass(activations, positions, angles, cache, workers, Optional.of(rows));
  }

  /**
   * The rows that are wanted, moved up to be the first ones: residual stream, input of the
   * sub-layer, positions and angles. The others are gone.
   */
  Pass wantedRows() {
    int[] rows = wanted.orElseThrow();
    activations.hidden().moveUp(rows);
    activations.normed().moveUp(rows);
    positions.keep(rows);
    Map<Rope, FloatMatrix> kept = new HashMap<>();
    angles.forEach((rope, matrix) -> {
      matrix.moveUp(rows);
      kept.put(rope, matrix.firstRows(rows.length));
    });
    return new Pass(activations.firstRows(rows.length), positions, kept, cache, workers);
  }
}
