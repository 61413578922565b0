package io.maque.engine;

import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.kernel.Workers;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import io.maque.model.ImageGrid;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * An encoder for {@link MockModel}: a row for each pixel, whose value tells the picture and the
 * row. It has as many layers as a test wants, and a test may act in each.
 */
final class PictureEncoder implements ImageEncoder {
  static final int ROW_BYTES = 2 * Float.BYTES;

  /** Called in every layer with its index, on the engine thread. */
  volatile IntConsumer inLayer = layer -> {};

  volatile int layers = 3;

  /** Pictures of which encoding was begun. */
  final List<Integer> begun = new CopyOnWriteArrayList<>();

  /** What was given to {@link #encode} to write to. */
  final List<ImageEmbedding> outs = new CopyOnWriteArrayList<>();

  @Override
  public int embeddingLength() {
    return 2;
  }

  @Override
  public Preprocessing preprocessing() {
    return Preprocessing.llava(4);
  }

  @Override
  public ImageGrid grid(Size processed) {
    return new ImageGrid(processed.height(), processed.width());
  }

  @Override
  public boolean encode(
      PixelTensor pixels,
      ImageEmbedding out,
      Arena scratch,
      Workers workers,
      BooleanSupplier stillWanted) {
    out.requireMadeFor(this, pixels.processed());
    begun.add((int) pixels.get(0, 0, 0));
    outs.add(out);
    FloatMatrix hidden = FloatMatrix.allocate(scratch, out.rows().rows(), 2);
    for (int layer = 0; layer < layers; layer++) {
      inLayer.accept(layer);
      if (!stillWanted.getAsBoolean()) {
        return false;
      }
      workers.forEachRange(hidden.rows(), 1, (begin, end, worker) -> count(hidden, begin, end));
    }
    for (int row = 0; row < hidden.rows(); row++) {
      float passed = hidden.get(row, 0) / layers;
      out.rows().set(row, 0, passed * value((int) pixels.get(0, 0, 0), row));
    }
    return true;
  }

  private static void count(FloatMatrix hidden, int begin, int end) {
    for (int row = begin; row < end; row++) {
      hidden.set(row, 0, hidden.get(row, 0) + 1);
    }
  }

  /** What the model sees in place of a token. */
  static int value(int picture, int row) {
    return 100 * picture + row;
  }
}
