package io.maque.model;

import io.maque.gguf.GgufFile;
import io.maque.quant.BlockFormat;
import io.maque.tensor.Tensor;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * A tiny model with the logits that transformers computes for it; see {@code
 * golden/models/README.md}.
 *
 * @param model the GGUF file
 * @param tokens input
 * @param contextLength the length that the model is to be opened with
 * @param logits of every position
 */
public record GoldenLogits(Path model, int[] tokens, int contextLength, float[][] logits) {
  private static final Path FOLDER = Path.of("src/test/resources/golden/models");

  /** Reads the golden model called {@code name}. */
  public static GoldenLogits read(String name) {
    try (GgufFile file = GgufFile.open(FOLDER.resolve(name + ".logits.gguf"))) {
      Tensor logits = file.tensor("logits");
      return new GoldenLogits(
          FOLDER.resolve(name + ".gguf"),
          file.metadata().findIntegers("golden.tokens").orElseThrow(),
          Math.toIntExact(file.metadata().integer("golden.context_length")),
          IntStream.range(0, logits.rows())
              .mapToObj(row -> BlockFormat.decodeRow(logits, row))
              .toArray(float[][]::new));
    }
  }

  @Override
  public String toString() {
    return model.getFileName().toString();
  }
}
