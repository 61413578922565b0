package io.maque.hub.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.gguf.GgufFile;
import io.maque.image.PixelTensor;
import io.maque.image.Size;
import io.maque.quant.BlockFormat;
import io.maque.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A tiny checkpoint and what others make of it; see {@code golden/convert/README.md}. */
record GoldenCheckpoint(String name) {
  private static final Path FOLDER = Path.of("src/test/resources/golden/convert");

  /** The folder that transformers saved. */
  Path folder() {
    return FOLDER.resolve(name);
  }

  /** A copy of the folder, to be damaged. */
  Path copyTo(Path parent) {
    Path copy = parent.resolve(name);
    try (Stream<Path> files = Files.walk(folder())) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(folder().relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document {@code NAME.KIND.json}. */
  JsonNode document(String kind) {
    try {
      return new ObjectMapper().readTree(FOLDER.resolve(name + "." + kind + ".json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int[] tokens() {
    try (GgufFile file = GgufFile.open(FOLDER.resolve(name + ".logits.gguf"))) {
      return file.metadata().findIntegers("golden.tokens").orElseThrow();
    }
  }

  float[][] logits() {
    return rows("logits", "logits");
  }

  /** A matrix of {@code NAME.KIND.gguf}. */
  float[][] rows(String kind, String tensor) {
    try (GgufFile file = GgufFile.open(FOLDER.resolve("%s.%s.gguf".formatted(name, kind)))) {
      Tensor rows = file.tensor(tensor);
      return IntStream.range(0, rows.rows())
          .mapToObj(row -> BlockFormat.decodeRow(rows, row))
          .toArray(float[][]::new);
    }
  }

  /** What the original encoded. */
  PixelTensor pixels() {
    try (GgufFile file = GgufFile.open(FOLDER.resolve(name + ".rows.gguf"))) {
      Tensor pixels = file.tensor("pixels");
      Size size = new Size((int) pixels.shape().extent(0), (int) pixels.shape().extent(1));
      return new PixelTensor(pixels.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED), size, size);
    }
  }

  /** The first digits of SHA-256, as the script writes them. */
  static String digest(MemorySegment data) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(data.asByteBuffer());
      return HexFormat.of().formatHex(sha256.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
