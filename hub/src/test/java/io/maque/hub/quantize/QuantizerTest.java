package io.maque.hub.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.maque.fixture.TinyGguf;
import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufFormatException;
import io.maque.gguf.GgufWriter;
import io.maque.hub.transfer.SmallDisk;
import io.maque.quant.BlockFormat;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole files against the reference's bytes, and what happens when it cannot be done. */
class QuantizerTest {
  private static final String SOURCE = "tiny-256.gguf";

  @TempDir private Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void copySource() {
    source = GoldenQuantize.copy(SOURCE, folder);
    target = folder.resolve("small.gguf");
  }

  @ParameterizedTest
  @CsvSource({"tiny-256, 1", "tiny-256, 3", "tiny-96, 1", "tiny-96, 2"})
  void everyTensorHasTheReferencesBytes(String model, int threads) {
    Path original = GoldenQuantize.copy(model + ".gguf", folder);
    List<String> expected = new ArrayList<>();
    for (String[] line : GoldenQuantize.table(model + ".sha256")) {
      expected.add(String.join(" ", line));
    }
    List<String> written = new ArrayList<>();
    for (FileType type : FileType.values()) {
      new Quantizer(new QuantizeOptions(type, threads, false, true), QuantizeProgress.NONE)
          .quantize(original, target);
      try (GgufFile file = GgufFile.open(target)) {
        for (Tensor tensor : file.tensors()) {
          written.add(
              "%s %s %s %s".formatted(type, tensor.name(), tensor.type(), digest(tensor.data())));
        }
      }
    }
    assertThat(written).containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @EnumSource
  void metadataIsCarriedOverAndSaysWhatTheFileIsNow(FileType type) {
    quantize(QuantizeOptions.of(type));
    try (GgufFile before = GgufFile.open(source);
        GgufFile after = GgufFile.open(target)) {
      before
          .metadata()
          .values()
          .forEach((key, value) -> {
            assertThat(after.metadata().values()).as(key).containsEntry(key, value);
            assertThat(after.metadata().type(key)).isEqualTo(before.metadata().type(key));
          });
      assertThat(after.metadata().integer("general.file_type")).isEqualTo(type.number());
      assertThat(after.metadata().integer("general.quantization_version")).isEqualTo(2);
    }
  }

  @Test
  void reportsWhatItDid() throws IOException {
    List<Long> steps = new ArrayList<>();
    QuantizeReport report =
        new Quantizer(QuantizeOptions.of(FileType.Q4_K_M), (done, total) -> steps.add(total - done))
            .quantize(source, target);
    assertThat(report.fileBytes()).isEqualTo(Files.size(target));
    assertThat(report.sourceBytes()).isLessThan(Files.size(source)).isGreaterThan(60_000);
    assertThat(report.bitsPerWeight()).isBetween(4.5, 12.0);
    assertThat(report.gaveWay()).isZero();
    assertThat(report.tensors()).containsKeys(TensorType.F32, TensorType.Q4_K, TensorType.Q6_K);
    assertThat(steps).isSortedAccordingTo((a, b) -> Long.compare(b, a)).endsWith(0L);
  }

  @Test
  void slabsAndPiecesJoinWithoutSeams() throws IOException {
    // 2.6 M elements in two matrices: more than a slab, pieces that end within a row, and a rest.
    Path large =
        new TinyGguf(5)
            .put("general.architecture", "llama")
            .tensor("blk.0.ffn_up.weight", TensorType.F16, 768, 3000)
            .tensor("blk.0.ffn_gate.weight", TensorType.BF16, 96, 3333)
            .write(folder.resolve("large.gguf"));
    QuantizeOptions four = new QuantizeOptions(FileType.Q8_0, 4, false, false);
    new Quantizer(four, QuantizeProgress.NONE).quantize(large, target);
    try (GgufFile before = GgufFile.open(large);
        GgufFile after = GgufFile.open(target)) {
      for (Tensor tensor : before.tensors()) {
        Tensor small = after.tensor(tensor.name());
        for (int row = 0; row < tensor.rows(); row += 7) {
          float[] expected = BlockFormat.decodeRow(tensor, row);
          float[] found = BlockFormat.decodeRow(small, row);
          for (int i = 0; i < expected.length; i++) {
            assertThat(found[i])
                .as("%s %d %d", tensor.name(), row, i)
                .isCloseTo(expected[i], offset(0.003f));
          }
        }
      }
    }
  }

  @Test
  void whatIsQuantisedIsQuantisedAgainOnlyWhenAllowed() throws IOException {
    Path first = folder.resolve("first.gguf");
    new Quantizer(QuantizeOptions.of(FileType.Q8_0), QuantizeProgress.NONE).quantize(source, first);
    Quantizer strict = new Quantizer(QuantizeOptions.of(FileType.Q4_0), QuantizeProgress.NONE);
    assertThatThrownBy(() -> strict.quantize(first, target))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("Q8_0 already")
        .hasMessageContaining("--allow-requantize");
    assertNothingLeft();

    QuantizeOptions allowed = new QuantizeOptions(FileType.Q4_0, 1, true, false);
    new Quantizer(allowed, QuantizeProgress.NONE).quantize(first, target);
    try (GgufFile file = GgufFile.open(target)) {
      assertThat(file.tensor("blk.0.attn_q.weight").type()).isEqualTo(TensorType.Q4_0);
    }
  }

  @Test
  void aFileThatExistsIsReplacedOnlyByForce() throws IOException {
    Files.writeString(target, "precious");
    assertThatThrownBy(() -> quantize(QuantizeOptions.of(FileType.Q8_0)))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("small.gguf exists")
        .hasMessageContaining("--force");
    assertThat(target).hasContent("precious");

    quantize(new QuantizeOptions(FileType.Q8_0, 1, false, true));
    GgufFile.open(target).close();
  }

  @Test
  void theSourceIsNeverReplaced() throws IOException {
    byte[] before = Files.readAllBytes(source);
    target = Files.createSymbolicLink(folder.resolve("link.gguf"), source);
    assertThatThrownBy(() -> quantize(new QuantizeOptions(FileType.Q8_0, 1, false, true)))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("is the source itself");
    assertThat(source).hasBinaryContent(before);
  }

  @Test
  void refusesNamesThatCannotBeTheNewFile() {
    for (String name : List.of("", "none/x.gguf", "x-00001-of-00002.gguf")) {
      target = folder.resolve(name);
      assertThatThrownBy(() -> quantize(QuantizeOptions.of(FileType.Q8_0)))
          .as(name)
          .isInstanceOf(QuantizeException.class);
    }
  }

  @Test
  void aDiskThatIsTooSmallIsNoticedFirst() throws IOException {
    Quantizer quantizer =
        new Quantizer(
            QuantizeOptions.of(FileType.Q8_0), QuantizeProgress.NONE, new SmallDisk(1_000_000, 0));
    assertThatThrownBy(() -> quantizer.quantize(source, target))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("has 1 MB free");
    assertNothingLeft();
  }

  @Test
  void cancellingLeavesNothing() throws IOException {
    Quantizer[] self = new Quantizer[1];
    self[0] = new Quantizer(QuantizeOptions.of(FileType.Q8_0), (done, total) -> self[0].cancel());
    assertThatThrownBy(() -> self[0].quantize(source, target))
        .isInstanceOf(CancellationException.class);
    assertNothingLeft();
  }

  @Test
  void aKilledProcessLeavesNothingUnderTheName() throws Exception {
    Path errors = folder.resolve("errors");
    Process process = QuantizingProcess.start(source, target, errors.toFile());
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine()).as(() -> contentOf(errors)).isEqualTo("halfway");
      assertThat(target).doesNotExist();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(target).doesNotExist();
    quantize(QuantizeOptions.of(FileType.Q8_0));
    GgufFile.open(target).close();
  }

  private static String contentOf(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aFailureInTheMiddleLeavesWhatWasThere() throws IOException {
    Files.writeString(target, "precious");
    QuantizeOptions force = new QuantizeOptions(FileType.Q8_0, 2, false, true);
    QuantizeProgress failing =
        (done, total) -> {
          throw new UncheckedIOException(new IOException("terminal is gone"));
        };
    assertThatThrownBy(() -> new Quantizer(force, failing).quantize(source, target))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(target).hasContent("precious");
    Files.delete(target);
    assertNothingLeft();
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, expected finite values, found NaN at element 70",
    "-Infinity, found -Infinity at element 70",
    "3e38, its values are too large for Q8_0"
  })
  void refusesValuesThatNoBlockHolds(float value, String sentence) throws IOException {
    float[] values = new float[128];
    values[70] = value;
    source = folder.resolve("bad.gguf");
    new GgufWriter()
        .put("general.architecture", "llama")
        .tensor(
            new Tensor(
                "blk.0.ffn_up.weight",
                TensorType.F32,
                Shape.of(64, 2),
                MemorySegment.ofArray(bytes(values))))
        .write(source);
    assertThatThrownBy(() -> quantize(QuantizeOptions.of(FileType.Q8_0)))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("blk.0.ffn_up.weight")
        .hasMessageContaining(sentence);
    Files.delete(source);
    source = GoldenQuantize.copy(SOURCE, folder);
    assertNothingLeft();
  }

  @Test
  void aSourceCutAnywhereIsRefusedAndNothingWritten() throws IOException {
    byte[] whole = Files.readAllBytes(source);
    for (int length = 0; length < whole.length; length += 997) {
      Files.write(source, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> quantize(QuantizeOptions.of(FileType.Q4_K_M)))
          .as("%d bytes", length)
          .isInstanceOf(GgufFormatException.class);
    }
    Files.delete(source);
    assertThatThrownBy(() -> quantize(QuantizeOptions.of(FileType.Q4_K_M)))
        .hasRootCauseInstanceOf(NoSuchFileException.class);
    GoldenQuantize.copy(SOURCE, folder);
    assertNothingLeft();
  }

  @Test
  void namesOfFileTypes() {
    assertThat(FileType.of("q4_k_m")).isEqualTo(FileType.Q4_K_M);
    assertThat(FileType.of("Q5_K")).isEqualTo(FileType.Q5_K_M);
    assertThat(FileType.of("Q6_K")).isEqualTo(FileType.Q6_K);
    assertThatThrownBy(() -> FileType.of("Q3_K"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected one of Q8_0, Q6_K,")
        .hasMessageContaining("found Q3_K");
  }

  private QuantizeReport quantize(QuantizeOptions options) {
    return new Quantizer(options, QuantizeProgress.NONE).quantize(source, target);
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf(SOURCE, "first.gguf");
    }
  }

  private static byte[] bytes(float[] values) {
    byte[] bytes = new byte[values.length * Float.BYTES];
    MemorySegment.copy(
        values,
        0,
        MemorySegment.ofArray(bytes),
        ValueLayout.JAVA_FLOAT_UNALIGNED,
        0,
        values.length);
    return bytes;
  }

  private static String digest(MemorySegment data) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(data.asByteBuffer());
      return HexFormat.of().formatHex(sha256.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
