package io.maque.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.image.Geometry.SmartResize;
import io.maque.image.Normalization.Rescaling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tensors of the models' own processors, bit for bit. */
class PreprocessingTest {
  private static final Map<String, Preprocessing> MODELS =
      Map.of(
          "llava", Preprocessing.llava(336),
          "clip", Preprocessing.clip(336),
          "minigpt4", Preprocessing.miniGpt4(224),
          "qwen3vl", Preprocessing.qwen3Vl(32, 65_536, 16_777_216),
          "qwen3vl-bounded", Preprocessing.qwen3Vl(32, 4096, 200_000));

  @TestFactory
  Stream<DynamicTest> equalsTheModelsProcessors() {
    JsonNode rows = GoldenImages.table("preprocess.json");
    assertThat(rows.size()).isGreaterThan(50);
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> DynamicTest.dynamicTest(row.toString(), () -> compare(row)));
  }

  private static void compare(JsonNode row) {
    Preprocessing model = MODELS.get(row.get("model").asText());
    RgbImage image = NoiseImage.of(row.get("width").asInt(), row.get("height").asInt(), false);

    PixelTensor tensor = model.apply(image);

    assertThat(tensor.processed())
        .isEqualTo(new Size(row.get("outWidth").asInt(), row.get("outHeight").asInt()))
        .isEqualTo(model.geometry().processed(image.size()));
    assertThat(tensor.original()).isEqualTo(image.size());
    ByteBuffer bytes =
        ByteBuffer.allocate(tensor.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.values());
    assertThat(GoldenImages.sha256(bytes.array())).isEqualTo(row.get("sha256").asText());
  }

  @ParameterizedTest
  @CsvSource({"640, 480, 640, 480", "48, 80, 224, 352", "336, 400, 320, 384", "1, 200, 32, 3648"})
  void smartResizeRoundsHalvesToEven(int width, int height, int outWidth, int outHeight) {
    assertThat(new SmartResize(32, 65_536, 16_777_216).processed(new Size(width, height)))
        .isEqualTo(new Size(outWidth, outHeight));
  }

  @Test
  void smartResizeRefusesShapesTheModelNeverSaw() {
    SmartResize geometry = new SmartResize(32, 65_536, 16_777_216);

    assertThatExceptionOfType(ImageFormatException.class)
        .isThrownBy(() -> geometry.processed(new Size(201, 1)))
        .withMessageContaining("201 × 1 pixels")
        .withMessageContaining("200 : 1");
  }

  @Test
  void extremeShapesCostNoMoreThanTheirPixels() {
    RgbImage line = NoiseImage.of(65_535, 1, false);

    assertThat(Preprocessing.llava(336).apply(line).values()).hasSize(3 * 336 * 336);
    assertThat(Preprocessing.clip(336).apply(line).values()).hasSize(3 * 336 * 336);
    assertThat(Preprocessing.miniGpt4(224).apply(line).values()).hasSize(3 * 224 * 224);
  }

  @Test
  void refusesNumbersNoProcessorHas() {
    List<Float> half = List.of(0.5f, 0.5f, 0.5f);
    Rescaling any = Rescaling.BY_RECIPROCAL;

    assertThatIllegalArgumentException().isThrownBy(() -> new SmartResize(32, 1, 46_340L * 46_340));
    assertThatIllegalArgumentException().isThrownBy(() -> new SmartResize(0, 1, 4096));
    assertThatIllegalArgumentException().isThrownBy(() -> new SmartResize(32, 0, 4096));
    assertThatIllegalArgumentException().isThrownBy(() -> new SmartResize(32, 1, 1023));
    assertThatIllegalArgumentException().isThrownBy(() -> Preprocessing.llava(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Normalization(half, List.of(0.5f, 0f, 0.5f), any));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Normalization(List.of(0.5f), half, any));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Normalization(half, List.of(0.5f, Float.NaN, 0.5f), any));
  }
}
