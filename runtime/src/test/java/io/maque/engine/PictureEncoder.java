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
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * An encoder with a row for each pixel, whose first value tells the picture and the row; the others
 * are noise that belongs to them. It has as many layers as a test wants, and a test may act in
 * each.
 */
final class PictureEncoder implements ImageEncoder {
  /** Of an encoder for {@link MockModel}. */
  static final int ROW_BYTES = 2 * Float.BYTES;

  private final int embeddingLength;
  private final int deepstackLayers;

  /** Called in every layer with its index, on the engine thread. */
  volatile IntConsumer inLayer = layer -> {};

  volatile int layers = 3;

  /** Pictures of which encoding was begun. */
  final List<Integer> begun = new CopyOnWriteArrayList<>();

  /** What was given to {@link #encode} to write to. */
  final List<ImageEmbedding> outs = new CopyOnWriteArrayList<>();

  /** An encoder for {@link MockModel}. */
  PictureEncoder() {
    this(2, 0);
  }

  PictureEncoder(int embeddingLength, int deepstackLayers) {
    this.embeddingLength = embeddingLength;
    this.deepstackLayers = deepstackLayers;
  }

  @Override
  public int embeddingLength() {
    return embeddingLength;
  }

  @Override
  public int deepstackLayers() {
    return deepstackLayers;
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
    int picture = (int) pixels.get(0, 0, 0);
    fill(out.rows(), new Random(picture));
    out.deepstack().forEach(rows -> fill(rows, new Random(-picture)));
    for (int row = 0; row < hidden.rows(); row++) {
      float passed = hidden.get(row, 0) / layers;
      out.rows().set(row, 0, passed * value(picture, row));
    }
    return true;
  }

  private static void fill(FloatMatrix rows, Random random) {
    for (int row = 0; row < rows.rows(); row++) {
      for (int column = 0; column < rows.columns(); column++) {
        rows.set(row, column, random.nextFloat());
      }
    }
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
