package io.maque.hub.convert;

import io.maque.hub.checkpoint.SmallFile;
import io.maque.hub.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an image processor subtracts from and divides each colour by.
 *
 * @param mean of red, green and blue
 * @param deviation of red, green and blue
 */
record ImageColours(float[] mean, float[] deviation) {
  /** CLIP's, which LLaVA and MiniGPT-4 keep. */
  static final ImageColours CLIP =
      new ImageColours(
          new float[] {0.48145466f, 0.4578275f, 0.40821073f},
          new float[] {0.26862954f, 0.26130258f, 0.27577711f});

  private static final List<String> FILES =
      List.of("preprocessor_config.json", "processor_config.json");

  /** Those of the processor in a folder, or {@code fallback} where there is none. */
  static ImageColours read(Path folder, ImageColours fallback) {
    for (String name : FILES) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        JsonValue document = SmallFile.json(file);
        JsonValue processor =
            document.at("image_processor").isObject() ? document.at("image_processor") : document;
        if (processor.has("image_mean") || processor.has("image_std")) {
          return new ImageColours(
              colours(processor.at("image_mean")), colours(processor.at("image_std")));
        }
      }
    }
    return fallback;
  }

  private static float[] colours(JsonValue array) {
    List<JsonValue> values = array.elements();
    if (values.size() != 3) {
      throw array.unexpected("three numbers");
    }
    float[] colours = new float[3];
    for (int i = 0; i < 3; i++) {
      colours[i] = (float) values.get(i).asNumber();
    }
    return colours;
  }

  void describe(GgufPlan plan) {
    plan.put("clip.vision.image_mean", mean).put("clip.vision.image_std", deviation);
  }
}
