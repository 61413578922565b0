package io.maque.hub.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.gguf.GgufFile;
import io.maque.tensor.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vision-language models in all layouts, against what the originals compute. */
class VisionConversionTest {
  @TempDir private Path folder;

  private Path target;
  private Path projector;

  private void convert(GoldenCheckpoint golden, String type) {
    target = folder.resolve(golden.name() + ".gguf");
    projector = Converter.projectorBeside(target);
    TargetType wanted = TargetType.of(type);
    new Converter(ConvertOptions.of(wanted), ConvertProgress.NONE)
        .convert(golden.folder(), target, Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"llava-qwen2", "llava-xtuner", "llava-original"})
  void rowsAndLogitsAreThoseOfTransformers(GoldenCheckpoint golden) {
    convert(golden, "F32");
    ConversionChecks.assertLogits(target, golden);
    ConversionChecks.assertRows(projector, golden);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minigpt4-vicuna", "minigpt4-llama2"})
  void rowsAreThoseOfMiniGpt4(GoldenCheckpoint golden) {
    convert(golden, "F32");
    ConversionChecks.assertRows(target, golden);
    assertThat(projector).doesNotExist();
  }

  @Test
  void qwen3VlIsTheReferences() {
    GoldenCheckpoint golden = new GoldenCheckpoint("qwen3vl");
    for (String type : new String[] {"F16", "F32"}) {
      target = folder.resolve(type);
      convert(golden, type);
      ConversionChecks.assertTensors(target, golden.document("reference").get(type));
      ConversionChecks.assertTensors(projector, golden.document("mmproj").get(type));
      target.toFile().delete();
      projector.toFile().delete();
    }
    convert(golden, "F16");
    ConversionChecks.assertMetadata(target, golden.document("reference"), key -> false);
    ConversionChecks.assertMetadata(projector, golden.document("mmproj"), key -> false);
  }

  @Test
  void qwen3VlHasTheLogitsOfTransformers() {
    GoldenCheckpoint golden = new GoldenCheckpoint("qwen3vl");
    convert(golden, "F32");
    ConversionChecks.assertLogits(target, golden);
  }

  @Test
  void anImageEncoderIsQuantisedOnlyWhenAsked() {
    GoldenCheckpoint golden = new GoldenCheckpoint("llava-qwen2");
    convert(golden, "Q8_0");
    try (GgufFile text = GgufFile.open(target);
        GgufFile encoder = GgufFile.open(projector)) {
      assertThat(text.tensor("blk.0.attn_q.weight").type()).isEqualTo(TensorType.Q8_0);
      assertThat(encoder.tensor("v.blk.0.attn_q.weight").type()).isEqualTo(TensorType.F16);
      assertThat(encoder.metadata().integer("general.file_type")).isEqualTo(1);
    }
    ConvertOptions both =
        new ConvertOptions(TargetType.F16, TargetType.of("Q8_0"), Optional.of("Tiny"), 1, true);
    Path named = folder.resolve("eye.gguf");
    new Converter(both, ConvertProgress.NONE).convert(golden.folder(), target, Optional.of(named));
    try (GgufFile encoder = GgufFile.open(named)) {
      assertThat(encoder.tensor("v.blk.0.attn_q.weight").type()).isEqualTo(TensorType.Q8_0);
      assertThat(encoder.metadata().string("general.name")).isEqualTo("Tiny");
    }
    assertThat(Files.exists(named)).isTrue();
  }
}
