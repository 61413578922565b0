package io.maque.model.vision;

import io.maque.image.PixelTensor;
import io.maque.image.RgbImage;
import io.maque.kernel.Workers;
import io.maque.nn.Coordinates;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Cuts pictures into square patches. */
final class Patches {
  /** Patches that are worth handing to another thread. */
  private static final int GRAIN = 32;

  private Patches() {}

  /**
   * Copies each patch to a row of its own, channel by channel, lines from the top.
   *
   * @param size width and height of a patch
   * @param order line and column of the patch that is wanted at each row
   * @param out {@code patches × (3 · size²)}
   */
  static void cut(
      PixelTensor pixels, int size, Coordinates order, FloatMatrix out, Workers workers) {
    workers.forEachRange(
        out.rows(),
        GRAIN,
        (begin, end, worker) -> {
          for (int row = begin; row < end; row++) {
            int top = order.coordinate(row, 0) * size;
            int left = order.coordinate(row, 1) * size;
            for (int line = 0; line < RgbImage.CHANNELS * size; line++) {
              MemorySegment.copy(
                  pixels.values(),
                  index(pixels, line / size, top + line % size, left),
                  out.data(),
                  ValueLayout.JAVA_FLOAT,
                  out.offset(row) + (long) line * size * Float.BYTES,
                  size);
            }
          }
        });
  }

  private static int index(PixelTensor pixels, int channel, int y, int x) {
    return (channel * pixels.height() + y) * pixels.width() + x;
  }
}
