package io.maque.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every bit as Pillow makes it; padding and windows as if they had been pixels. */
class ResamplerTest {

  @TestFactory
  Stream<DynamicTest> equalsPillow() {
    JsonNode rows = GoldenImages.table("resample.json");
    assertThat(rows.size()).isGreaterThan(40);
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> DynamicTest.dynamicTest(row.toString(), () -> compare(row)));
  }

  private static void compare(JsonNode row) {
    RgbImage image =
        NoiseImage.of(
            row.get("width").asInt(), row.get("height").asInt(), row.get("extreme").asBoolean());

    RgbImage result =
        Resampler.bicubic(
            image, new Size(row.get("outWidth").asInt(), row.get("outHeight").asInt()));

    assertThat(GoldenImages.sha256(result.pixels())).isEqualTo(row.get("sha256").asText());
  }

  @Test
  void aCanvasIsAsGoodAsPixels() {
    for (int[] shape : new int[][] {{50, 20}, {20, 50}, {1, 400}, {401, 2}, {7, 7}}) {
      RgbImage image = NoiseImage.of(shape[0], shape[1], true);
      int side = Math.max(shape[0], shape[1]);
      RgbImage canvas = RgbImage.blank(new Size(side, side));
      for (int at = 0; at < canvas.pixels().length; at += RgbImage.CHANNELS) {
        canvas.set(at, 122, 116, 104);
      }
      for (int y = 0; y < image.height(); y++) {
        int to = canvas.offset((side - shape[0]) / 2, (side - shape[1]) / 2 + y);
        int bytes = image.width() * RgbImage.CHANNELS;
        System.arraycopy(image.pixels(), y * bytes, canvas.pixels(), to, bytes);
      }

      RgbImage padded = new Geometry.PadToSquare(33, 122, 116, 104).apply(image);

      assertThat(padded.pixels())
          .as("%d × %d", shape[0], shape[1])
          .isEqualTo(Resampler.bicubic(canvas, new Size(33, 33)).pixels());
    }
  }

  @Test
  void aWindowIsAPieceOfTheWhole() {
    RgbImage image = NoiseImage.of(90, 40, false);
    RgbImage whole = Resampler.bicubic(image, new Size(45, 20));

    RgbImage middle = new Geometry.CropFromShortestEdge(20).apply(image);

    for (int y = 0; y < 20; y++) {
      for (int i = 0; i < 20 * RgbImage.CHANNELS; i++) {
        assertThat(middle.pixels()[middle.offset(0, y) + i])
            .isEqualTo(whole.pixels()[whole.offset(12, y) + i]);
      }
    }
  }
}
