package io.maque.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.maque.fixture.RealModels;
import io.maque.quant.BlockFormat;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** Models as people have them; {@code scripts/fetch-fixtures} must have run. */
@Tag("real")
class GgufRealTest {

  @ParameterizedTest
  @CsvSource({
    "SmolLM2-135M-Instruct.Q4_1.gguf, llama, 272, 49152",
    "gemma-3-270m-q4_k_m.gguf, gemma3, 236, 262144",
    "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf, qwen2, 291, 151936",
  })
  void opensWithoutReadingTheFile(String name, String architecture, int tensors, int tokens) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (GgufFile file = GgufFile.open(RealModels.path(name))) {
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("heap taken to open")
          .isLessThan(16 << 20);
      assertThat(file.metadata().string("general.architecture")).isEqualTo(architecture);
      assertThat(file.tensors()).hasSize(tensors);
      List<String> vocabulary = file.metadata().findStrings("tokenizer.ggml.tokens").orElseThrow();
      assertThat(vocabulary).hasSize(tokens).doesNotContain("");
    }
  }

  /**
   * One row of each format in each model, against the reference; see the README beside the file.
   */
  @ParameterizedTest
  @CsvFileSource(resources = "/golden/gguf/rows.csv")
  void decodesLikeTheReference(
      String name, String tensorName, TensorType type, int row, String expected) {
    try (GgufFile file = GgufFile.open(RealModels.path(name))) {
      Tensor tensor = file.tensor(tensorName);
      assertThat(tensor.type()).isEqualTo(type);
      assertThat(tensor.rows()).isEqualTo(row + 1);
      float[] values = BlockFormat.decodeRow(tensor, row);
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      CRC32 crc = new CRC32();
      crc.update(bytes);
      assertThat(crc.getValue()).isEqualTo(Long.parseLong(expected, 16));
    }
  }

  @Test
  void rewritesAModelByteForByte(@TempDir Path folder) throws IOException {
    Path original = RealModels.path("SmolLM2-135M-Instruct.Q4_1.gguf");
    Path copy = folder.resolve("copy.gguf");
    try (GgufFile file = GgufFile.open(original)) {
      GgufWriter writer = new GgufWriter().putAll(file.metadata());
      file.tensors().forEach(writer::tensor);
      writer.write(copy);
    }
    assertThat(Files.mismatch(original, copy)).isEqualTo(-1);
  }
}
