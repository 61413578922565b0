package io.maque.model.vision;

import io.maque.kernel.Workers;
import io.maque.nn.Rope;
import io.maque.tensor.FloatMatrix;

/**
 * The rotation of queries and keys by where the patches of one picture stand in it.
 *
 * @param angles one row per patch
 * @param heads of a row
 */
record Rotation(Rope rope, FloatMatrix angles, int heads) {

  /** Rotates one row per patch in place. */
  void apply(FloatMatrix rows, Workers workers) {
    rope.rotate(rows, heads, angles, workers);
  }
}
