package io.maque.model;

import io.maque.gguf.GgufFile;
import io.maque.image.PixelTensor;
import io.maque.image.Size;
import io.maque.quant.BlockFormat;
import io.maque.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * A tiny image encoder with the rows that transformers makes of a picture; see {@code
 * golden/vision/README.md}.
 *
 * @param encoder the GGUF file
 */
public record GoldenRows(Path encoder, PixelTensor pixels, float[][] rows) {
  private static final Path FOLDER = Path.of("src/test/resources/golden/vision");

  /** Reads the golden encoder called {@code name}. */
  public static GoldenRows read(String name) {
    try (GgufFile file = GgufFile.open(FOLDER.resolve(name + ".rows.gguf"))) {
      Tensor pixels = file.tensor("pixels");
      Tensor rows = file.tensor("rows");
      Size size = new Size((int) pixels.shape().extent(0), (int) pixels.shape().extent(1));
      return new GoldenRows(
          FOLDER.resolve(name + ".gguf"),
          new PixelTensor(pixels.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED), size, size),
          IntStream.range(0, rows.rows())
              .mapToObj(row -> BlockFormat.decodeRow(rows, row))
              .toArray(float[][]::new));
    }
  }

  @Override
  public String toString() {
    return encoder.getFileName().toString();
  }
}
