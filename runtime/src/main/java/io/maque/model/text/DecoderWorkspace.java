package io.maque.model.text;

import io.maque.cache.KvCache;
import io.maque.kernel.Workers;
import io.maque.model.Batch;
import io.maque.model.Workspace;
import io.maque.nn.Activations;
import io.maque.nn.Coordinates;
import io.maque.nn.Pass;
import io.maque.nn.Positions;
import io.maque.nn.Rope;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Scratch memory of one {@link Decoder}. */
final class DecoderWorkspace implements Workspace {
  private final Decoder model;
  private final int maxTokens;
  private final Activations activations;
  private final Positions positions;
  private final Map<Rope, FloatMatrix> angles = new HashMap<>();

  DecoderWorkspace(
      Decoder model, Arena arena, int maxTokens, Activations activations, List<Rope> ropes) {
    this.model = model;
    this.maxTokens = maxTokens;
    this.activations = activations;
    this.positions = new Positions(maxTokens);
    for (Rope rope : ropes) {
      angles.put(rope, FloatMatrix.allocate(arena, maxTokens, rope.angleColumns()));
    }
  }

  @Override
  public int maxTokens() {
    return maxTokens;
  }

  @Override
  public FloatMatrix hidden() {
    return activations.hidden();
  }

  /** Whether it was made by this model. */
  boolean belongsTo(Decoder decoder) {
    return model == decoder;
  }

  /** Memory for {@code tokens} tokens. */
  Activations activations(int tokens) {
    return activations.firstRows(tokens);
  }

  /**
   * Moves the hidden states of some slices of a batch to the first rows, in the same order.
   *
   * @param rowsOf how many a slice has
   */
  void keep(Batch batch, Batch kept, ToIntFunction<Batch.Slice> rowsOf) {
    MemorySegment hidden = activations.hidden().data();
    int from = 0;
    int to = 0;
    Iterator<Batch.Slice> rest = kept.slices().iterator();
    Batch.Slice next = rest.next();
    for (Batch.Slice slice : batch.slices()) {
      int rows = rowsOf.applyAsInt(slice);
      if (slice == next) {
        long bytes = activations.hidden().offset(rows);
        MemorySegment.copy(
            hidden,
            activations.hidden().offset(from),
            hidden,
            activations.hidden().offset(to),
            bytes);
        to += rows;
        next = rest.hasNext() ? rest.next() : null;
      }
      from += rows;
    }
  }

  /** Begins a pass over a batch: notes its positions and computes their angles. */
  Pass begin(Batch batch, KvCache cache, Workers workers) {
    positions.clear();
    for (Batch.Slice slice : batch.slices()) {
      positions.append(slice.blockTable(), slice.begin(), slice.tokens().length);
    }
    Coordinates coordinates = model.coordinates(batch, positions);
    Map<Rope, FloatMatrix> current = new HashMap<>();
    angles.forEach((rope, matrix) -> {
      FloatMatrix rows = matrix.firstRows(positions.count());
      rope.angles(coordinates, rows, workers);
      current.put(rope, rows);
    });
    return new Pass(activations(positions.count()), positions, current, cache, workers);
  }
}
