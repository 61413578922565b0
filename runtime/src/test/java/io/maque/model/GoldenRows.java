package io.maque.model;

import io.maque.gguf.GgufFile;
import io.maque.image.Geometry;
import io.maque.image.ImageDecoder;
import io.maque.image.ImageLimits;
import io.maque.image.Normalization;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.quant.BlockFormat;
import io.maque.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A tiny image encoder with the rows that transformers makes of a picture; see {@code
 * golden/vision/README.md}.
 *
 * @param encoder the GGUF file
 * @param rows what stands in place of token embeddings, then what is added to each layer
 */
public record GoldenRows(String name, Path encoder, PixelTensor pixels, float[][] rows) {
  private static final Path FOLDER = Path.of("src/test/resources/golden/vision");

  /** Reads the golden rows called {@code name}. */
  public static GoldenRows read(String name) {
    try (GgufFile file = GgufFile.open(FOLDER.resolve(name + ".rows.gguf"))) {
      String encoder = file.metadata().findString("golden.encoder").orElse(name + ".gguf");
      return new GoldenRows(
          name,
          FOLDER.resolve(encoder),
          pixels(file),
          Stream.concat(
                  Stream.of("rows"),
                  IntStream.range(0, file.tensors().size()).mapToObj("deepstack.%d"::formatted))
              .map(file::findTensor)
              .flatMap(Optional::stream)
              .flatMap(GoldenRows::rows)
              .toArray(float[][]::new));
    }
  }

  private static Stream<float[]> rows(Tensor tensor) {
    return IntStream.range(0, tensor.rows()).mapToObj(row -> BlockFormat.decodeRow(tensor, row));
  }

  private static PixelTensor pixels(GgufFile file) {
    Optional<Tensor> pixels = file.findTensor("pixels");
    if (pixels.isEmpty()) {
      return decoded(GoldenConversation.FOLDER.resolve(file.metadata().string("golden.picture")));
    }
    Tensor tensor = pixels.get();
    Size size = new Size((int) tensor.shape().extent(0), (int) tensor.shape().extent(1));
    return new PixelTensor(tensor.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED), size, size);
  }

  /** A picture in its own size. */
  private static PixelTensor decoded(Path picture) {
    try {
      Geometry asItIs = new Geometry.SmartResize(1, 1, 1 << 20);
      return new Preprocessing(asItIs, Normalization.symmetric())
          .apply(new ImageDecoder(ImageLimits.DEFAULT).decode(Files.readAllBytes(picture)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
