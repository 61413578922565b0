package io.maque.hub.convert;

import io.maque.hub.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a model was saved, told by its files. */
enum Layout {
  /** A text model that transformers saved. */
  TEXT,
  /** {@code LlavaForConditionalGeneration} of transformers. */
  LLAVA_SAVED,
  /** LLaVA's own code. */
  LLAVA_ORIGINAL,
  /** xtuner: a text model beside folders for tower and projector. */
  LLAVA_XTUNER,
  /** {@code Qwen3VLForConditionalGeneration} of transformers. */
  QWEN3_VL;

  static final String XTUNER_TOWER = "visual_encoder";
  static final String XTUNER_PROJECTOR = "projector";

  /**
   * The layout of a folder.
   *
   * @param config the folder's {@code config.json}
   */
  static Layout of(Path folder, JsonValue config) {
    if (Files.isDirectory(folder.resolve(XTUNER_TOWER))
        && Files.isDirectory(folder.resolve(XTUNER_PROJECTOR))) {
      return LLAVA_XTUNER;
    }
    if (config.has("mm_projector_type") || config.has("mm_vision_tower")) {
      return LLAVA_ORIGINAL;
    }
    return switch (config.findText("model_type").orElse("")) {
      case "llava" -> LLAVA_SAVED;
      case "qwen3_vl" -> QWEN3_VL;
      default -> TEXT;
    };
  }
}
