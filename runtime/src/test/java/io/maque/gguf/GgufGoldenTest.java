package io.maque.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.quant.BlockFormat;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that the reference wrote, with every kind of value. */
class GgufGoldenTest {
  @TempDir Path folder;

  @Test
  void readsWhatTheReferenceWrites() throws IOException {
    try (GgufFile file = GgufFile.open(values())) {
      GgufMetadata metadata = file.metadata();
      assertThat(file.version()).isEqualTo(3);
      assertThat(file.alignment()).isEqualTo(64);
      assertThat(metadata.values())
          .containsAllEntriesOf(
              Map.of("u8", 255L, "i8", -128L, "u16", 65535L, "i16", -32768L, "u32", 4294967295L))
          .containsAllEntriesOf(
              Map.of("i32", -2147483648L, "u64", Long.MAX_VALUE, "i64", Long.MIN_VALUE))
          .containsAllEntriesOf(
              Map.of("f32", (double) 0.1f, "f64", 0.1, "bool", true, "string", "麻雀 🐦"));
      assertArray(metadata, "UINT8", new int[] {0, 255});
      assertArray(metadata, "INT8", new int[] {-128, 127});
      assertArray(metadata, "UINT16", new int[] {0, 65535});
      assertArray(metadata, "INT16", new int[] {-32768, 32767});
      assertArray(metadata, "UINT32", new long[] {0, 4294967295L});
      assertArray(metadata, "INT32", new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE});
      assertArray(metadata, "UINT64", new long[] {0, Long.MAX_VALUE});
      assertArray(metadata, "INT64", new long[] {Long.MIN_VALUE, Long.MAX_VALUE});
      assertArray(metadata, "FLOAT32", new float[] {0.1f, -Float.MIN_VALUE});
      assertArray(metadata, "FLOAT64", new double[] {0.1, -Double.MIN_VALUE});
      assertArray(metadata, "BOOL", new boolean[] {true, false});
      assertArray(metadata, "STRING", List.of("", "麻", "雀"));
      assertThat(file.tensors()).extracting(Tensor::name).containsExactly("matrix", "vector");
      assertThat(file.tensor("matrix").shape()).isEqualTo(Shape.of(3, 2));
      assertThat(BlockFormat.decodeRow(file.tensor("matrix"), 1)).containsExactly(3, 4, 5);
      assertThat(BlockFormat.decodeRow(file.tensor("vector"), 0)).containsExactly(1.5f, -2.5f);
    }
  }

  @Test
  void writesWhatTheReferenceWrites() throws IOException {
    Path original = values();
    Path copy = folder.resolve("copy.gguf");
    try (GgufFile file = GgufFile.open(original)) {
      GgufWriter writer = new GgufWriter().putAll(file.metadata());
      file.tensors().forEach(writer::tensor);
      writer.write(copy);
    }
    assertThat(copy).hasSameBinaryContentAs(original);
  }

  private static void assertArray(GgufMetadata metadata, String type, Object expected) {
    String key = type + ".array";
    assertThat(metadata.type(key)).isEqualTo(GgufValueType.valueOf(type));
    assertThat(metadata.values().get(key)).isEqualTo(expected);
  }

  private Path values() throws IOException {
    Path file = folder.resolve("values.gguf");
    try (InputStream golden = getClass().getResourceAsStream("/golden/gguf/values.gguf")) {
      Files.copy(golden, file);
    }
    return file;
  }
}
