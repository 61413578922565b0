package io.maque.hub.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.gguf.GgufFile;
import io.maque.hub.quantize.FileType;
import io.maque.hub.quantize.QuantizeException;
import io.maque.hub.quantize.QuantizeOptions;
import io.maque.hub.quantize.QuantizeProgress;
import io.maque.hub.quantize.Quantizer;
import io.maque.hub.reference.HubException;
import io.maque.hub.transfer.SmallDisk;
import io.maque.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the files, and what happens when a conversion cannot be done. */
class ConverterTest {
  @TempDir private Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void copySource() {
    source = new GoldenCheckpoint("qwen2").copyTo(folder);
    target = folder.resolve("out.gguf");
  }

  private static ConvertReport convert(Path from, Path to, String type) {
    return new Converter(ConvertOptions.of(TargetType.of(type)), ConvertProgress.NONE)
        .convert(from, to, Optional.empty());
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .isSubsetOf(source.getFileName().toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"qwen2, Q8_0", "qwen3, Q4_0", "gemma3, Q4_K_M", "llama, Q5_1"})
  void quantisingAtOnceGivesWhatQuantisingLaterGives(GoldenCheckpoint golden, FileType type) {
    Path whole = folder.resolve("whole.gguf");
    Path later = folder.resolve("later.gguf");
    convert(golden.folder(), whole, "F32");
    new Quantizer(QuantizeOptions.of(type), QuantizeProgress.NONE).quantize(whole, later);
    ConvertReport report = convert(golden.folder(), target, type.name());
    try (GgufFile expected = GgufFile.open(later);
        GgufFile found = GgufFile.open(target)) {
      for (Tensor tensor : expected.tensors()) {
        assertThat(found.tensor(tensor.name()).type()).isEqualTo(tensor.type());
        assertThat(GoldenCheckpoint.digest(found.tensor(tensor.name()).data()))
            .as(tensor.name())
            .isEqualTo(GoldenCheckpoint.digest(tensor.data()));
      }
      expected
          .metadata()
          .values()
          .forEach((key, value) ->
              assertThat(found.metadata().values()).as(key).containsEntry(key, value));
    }
    assertThat(report.files())
        .singleElement()
        .satisfies(file -> {
          assertThat(file.type().mixture()).contains(type);
          assertThat(file.fileBytes()).isEqualTo(Files.size(target));
        });
  }

  @Test
  void bfloat16StaysAsItIs() throws IOException {
    List<Long> steps = new ArrayList<>();
    new Converter(ConvertOptions.of(TargetType.BF16), (done, total) -> steps.add(total - done))
        .convert(source, target, Optional.empty());
    try (GgufFile file = GgufFile.open(target)) {
      assertThat(file.metadata().integer("general.file_type")).isEqualTo(32);
      assertThat(file.tensor("blk.0.attn_q.weight").type().name()).isEqualTo("BF16");
      assertThat(file.tensor("blk.0.attn_norm.weight").type().name()).isEqualTo("F32");
    }
    assertThat(steps).isSortedAccordingTo((a, b) -> Long.compare(b, a)).endsWith(0L);
  }

  @Test
  void filesThatExistAreReplacedOnlyByForce() throws IOException {
    Files.writeString(target, "precious");
    assertThatThrownBy(() -> convert(source, target, "F16"))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("out.gguf exists")
        .hasMessageContaining("--force");
    assertThat(target).hasContent("precious");
    new Converter(
            new ConvertOptions(TargetType.F16, TargetType.F16, Optional.empty(), 1, true),
            ConvertProgress.NONE)
        .convert(source, target, Optional.empty());
    GgufFile.open(target).close();
  }

  @Test
  void filesOfTheModelAreNeverReplaced() throws IOException {
    Converter force =
        new Converter(
            new ConvertOptions(TargetType.F16, TargetType.F16, Optional.empty(), 1, true),
            ConvertProgress.NONE);
    for (String name : List.of("model.safetensors", "config.json", "tokenizer.json")) {
      byte[] before = Files.readAllBytes(source.resolve(name));
      assertThatThrownBy(() -> force.convert(source, source.resolve(name), Optional.empty()))
          .hasMessageContaining("is the source itself");
      assertThat(source.resolve(name)).hasBinaryContent(before);
    }
    force.convert(source, source.resolve("model.gguf"), Optional.empty());
    force.convert(source, source.resolve("model.gguf"), Optional.empty());
  }

  @Test
  void namesOfImageEncodersThatCannotBe() {
    Path llava = new GoldenCheckpoint("llava-qwen2").folder();
    Converter converter = new Converter(ConvertOptions.of(TargetType.F16), ConvertProgress.NONE);
    assertThatThrownBy(() -> converter.convert(llava, target, Optional.of(target)))
        .hasMessageContaining("expected different names");
    assertThatThrownBy(() -> converter.convert(source, target, Optional.of(folder.resolve("x"))))
        .hasMessageContaining("leave out --mmproj");
  }

  @Test
  void bothFilesOrNone() throws IOException {
    GoldenCheckpoint llava = new GoldenCheckpoint("llava-qwen2");
    Files.writeString(Converter.projectorBeside(target), "precious");
    assertThatThrownBy(() -> convert(llava.folder(), target, "F16"))
        .hasMessageContaining("mmproj-out.gguf exists");
    assertThat(target).doesNotExist();
    Files.delete(Converter.projectorBeside(target));

    long[] last = new long[1];
    Converter[] self = new Converter[1];
    self[0] =
        new Converter(
            ConvertOptions.of(TargetType.F16),
            (done, total) -> {
              last[0] = total - done;
              if (last[0] < total / 10) {
                self[0].cancel(); // within the second file
              }
            });
    assertThatThrownBy(() -> self[0].convert(llava.folder(), target, Optional.empty()))
        .isInstanceOf(CancellationException.class);
    assertNothingLeft();
  }

  @Test
  void aFailureInTheMiddleLeavesNothing() throws IOException {
    ConvertProgress failing =
        (done, total) -> {
          throw new UncheckedIOException(new IOException("terminal is gone"));
        };
    Converter converter = new Converter(ConvertOptions.of(TargetType.F16), failing);
    assertThatThrownBy(() -> converter.convert(source, target, Optional.empty()))
        .isInstanceOf(UncheckedIOException.class);
    assertNothingLeft();
  }

  @Test
  void aDiskThatIsTooSmallIsNoticedFirst() throws IOException {
    Converter converter =
        new Converter(
            ConvertOptions.of(TargetType.F16), ConvertProgress.NONE, new SmallDisk(1_000_000, 0));
    assertThatThrownBy(() -> converter.convert(source, target, Optional.empty()))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("has 1 MB free");
    assertNothingLeft();
  }

  @Test
  void sourcesThatAreNone() throws IOException {
    assertThatThrownBy(() -> convert(folder.resolve("none"), target, "F16"))
        .isInstanceOf(ConvertException.class)
        .hasMessageContaining("found nothing of this name");
    assertThatThrownBy(() -> convert(source.resolve("config.json"), target, "F16"))
        .hasMessageContaining("found a file");
    Path empty = Files.createDirectory(source.resolve("empty"));
    assertThatThrownBy(() -> convert(empty, target, "F16"))
        .hasMessageContaining("found no config.json");
    Files.copy(source.resolve("config.json"), empty.resolve("config.json"));
    assertThatThrownBy(() -> convert(empty, target, "F16"))
        .hasMessageContaining("expected model.safetensors or pytorch_model.bin");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"qwen2\"; \"falcon\"; model_type is falcon, expected one of qwen2",
        "\"hidden_size\": 32; \"hidden_size\": 64; expected [352, 64] by config.json, found BF16"
            + " [352, 32]",
        "\"hidden_size\": 32; \"hidden_size\": 0; hidden_size is 0, expected a whole number from 1",
        "\"hidden_size\": 32; \"hidden_size\": \"x\"; hidden_size is x, expected",
        "\"num_attention_heads\": 4; \"num_attention_heads\": 3; a multiple of the 2 key-value"
            + " heads",
        "\"num_hidden_layers\": 2; \"num_hidden_layers\": 1; expected no further weights, found 12",
        "\"num_hidden_layers\": 2; \"num_hidden_layers\": 1000000000; tensor"
            + " model.layers.2.input_layernorm.weight",
        "\"hidden_act\": \"silu\"; \"hidden_act\": \"relu\"; hidden_act is relu, expected silu",
        "\"rope_type\": \"default\"; \"rope_type\": \"yarn\"; rope_type is yarn, expected default",
        "\"vocab_size\": 352; \"vocab_size\": 340; expected an id below the model's vocab_size of"
            + " 340",
        "\"use_cache\"; \"quantization_config\": {\"quant_method\": \"gptq\"}, \"use_cache\";"
            + " expected weights as trained, or by awq"
      })
  void configurationsThatDoNotFit(String found, String replacement, String sentence)
      throws IOException {
    Path config = source.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(found);
    Files.writeString(config, text.replace(found, replacement));
    assertThatThrownBy(() -> convert(source, target, "F16"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining(sentence);
    assertNothingLeft();
  }

  @Test
  void namesOfTypes() {
    assertThat(TargetType.of("bf16")).isEqualTo(TargetType.BF16);
    assertThat(TargetType.of("q4_k").mixture()).contains(FileType.Q4_K_M);
    assertThatThrownBy(() -> TargetType.of("Q9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected one of F32, F16, BF16, Q8_0,")
        .hasMessageContaining("found Q9");
  }
}
