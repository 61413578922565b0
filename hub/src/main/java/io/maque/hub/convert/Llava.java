package io.maque.hub.convert;

import io.maque.hub.json.JsonValue;
import io.maque.hub.reference.Quoted;
import java.nio.file.Path;
import java.util.List;

/**
 * LLaVA's image encoder: a CLIP tower up to the layer whose rows are taken, and a projector of two
 * layers. Three ways of saving one are in use: Hugging Face's, the authors' and xtuner's.
 */
final class Llava {
  private static final String FIRST_OF_TOWER = "embeddings.class_embedding";

  private static final List<String> TOWERS =
      List.of(
          "vision_tower.vision_model.",
          "model.vision_tower.vision_model.",
          "model.vision_tower.",
          "vision_tower.",
          "model.vision_tower.vision_tower.vision_model.",
          "model.vision_tower.vision_tower.",
          "vision_model.",
          "");

  private static final List<String> PROJECTORS =
      List.of("multi_modal_projector.", "model.multi_modal_projector.");

  private Llava() {}

  /**
   * The text model of a checkpoint of LLaVA's own code, whose {@code model_type} names both models
   * together.
   */
  static TextArchitecture architecture(JsonValue config, CheckpointReader reader) {
    if (reader.contains("model.layers.0.self_attn.qkv_proj.weight")) {
      return TextModels.named("phi3");
    }
    return switch (config.findText("model_type").orElse("")) {
      case "llava", "llava_llama", "llama" -> TextModels.named("llama");
      case "llava_qwen", "llava_qwen2", "qwen2" -> TextModels.named("qwen2");
      default -> throw config.at("model_type").unexpected("llava_llama, llava_qwen or llava_phi3");
    };
  }

  /** The encoder of a model that transformers saved ({@code LlavaForConditionalGeneration}). */
  static GgufPlan planSaved(
      JsonValue config, Path folder, CheckpointReader reader, ConvertOptions options, int output) {
    requireDefault(config.at("projector_hidden_act"), "gelu");
    requireDefault(config.at("vision_feature_select_strategy"), "default");
    ClipTower tower = ClipTower.read(config.at("vision_config"), towerPrefix(reader));
    int blocks = blocks(config.at("vision_feature_layer"), tower);
    GgufPlan plan = plan(tower, blocks, folder, options, output);
    tower.add(reader, plan, blocks);
    String projector = reader.prefixOf("linear_1.weight", PROJECTORS);
    new Part(reader, plan, projector, "mm.")
        .linear("linear_1", "0", tower.hiddenSize(), output)
        .linear("linear_2", "2", output, output);
    return plan;
  }

  /** The encoder of a model that LLaVA's own code saved: no description of the tower. */
  static GgufPlan planOriginal(
      JsonValue config, Path folder, CheckpointReader reader, ConvertOptions options, int output) {
    requireDefault(config.at("mm_projector_type"), "mlp2x_gelu");
    requireDefault(config.at("mm_vision_select_feature"), "patch");
    if (TOWERS.stream().noneMatch(prefix -> reader.contains(prefix + FIRST_OF_TOWER))) {
      throw new ConvertException(
          "config.json: mm_vision_tower: expected the tower's weights in the checkpoint, found only its name %s; LLaVA-1.5's own releases leave it out, take the model as Hugging Face's libraries save it"
              .formatted(Quoted.shorten(config.findText("mm_vision_tower").orElse("nowhere"))));
    }
    ClipTower tower = ClipTower.measure(reader, towerPrefix(reader));
    int blocks = blocks(config.at("mm_vision_select_layer"), tower);
    GgufPlan plan = plan(tower, blocks, folder, options, output);
    tower.add(reader, plan, blocks);
    String projector = reader.prefixOf("0.weight", List.of("model.mm_projector.", "mm_projector."));
    new Part(reader, plan, projector, "mm.")
        .linear("0", "0", tower.hiddenSize(), output)
        .linear("2", "2", output, output);
    return plan;
  }

  /**
   * The encoder of a model that xtuner saved: tower and projector in folders of their own.
   *
   * @param towerReader reads the folder of the tower
   * @param projectorReader reads that of the projector
   */
  static GgufPlan planXtuner(
      Path folder,
      CheckpointReader towerReader,
      CheckpointReader projectorReader,
      ConvertOptions options,
      int output) {
    Path towerFolder = folder.resolve(Layout.XTUNER_TOWER);
    JsonValue document = TextModels.config(towerFolder);
    JsonValue config =
        document.at("vision_config").isObject() ? document.at("vision_config") : document;
    ClipTower tower = ClipTower.read(config, towerPrefix(towerReader));
    JsonValue projector = TextModels.config(folder.resolve(Layout.XTUNER_PROJECTOR));
    requireDefault(projector.at("hidden_act"), "gelu");
    // xtuner's code takes the layer before the last and has no field to say otherwise.
    int blocks = tower.layers() - 1;
    GgufPlan plan = plan(tower, blocks, towerFolder, options, output);
    tower.add(towerReader, plan, blocks);
    new Part(projectorReader, plan, "model.", "mm.")
        .linear("0", "0", tower.hiddenSize(), output)
        .linear("2", "2", output, output);
    return plan;
  }

  private static String towerPrefix(CheckpointReader reader) {
    return reader.prefixOf(FIRST_OF_TOWER, TOWERS);
  }

  private static void requireDefault(JsonValue field, String expected) {
    if (!field.asText().orElse(expected).equals(expected)) {
      throw field.unexpected(expected);
    }
  }

  /**
   * How many blocks are run. The field counts the rows after each block from 1, or backwards from
   * the end; nothing said means the last but one.
   */
  private static int blocks(JsonValue field, ClipTower tower) {
    double layer = field.isNothing() ? -2 : field.asNumber();
    double blocks = layer < 0 ? tower.layers() + 1 + layer : layer;
    if (blocks != Math.rint(blocks) || blocks < 1 || blocks > tower.layers()) {
      throw field.unexpected("one layer of %d".formatted(tower.layers()));
    }
    return (int) blocks;
  }

  private static GgufPlan plan(
      ClipTower tower, int blocks, Path folder, ConvertOptions options, int output) {
    GgufPlan plan =
        new GgufPlan("clip", options.projectorType().plain())
            .put("general.type", "mmproj")
            .put("general.name", options.name().orElse(TextModels.name(folder)))
            .put("clip.has_text_encoder", false)
            .put("clip.has_vision_encoder", true)
            .put("clip.has_llava_projector", true)
            .put("clip.projector_type", "mlp")
            .put("clip.vision.projection_dim", output);
    tower.describe(plan, blocks);
    // Runtimes that count blocks in another way are told the layer itself.
    plan.put("clip.vision.feature_layer", new int[] {blocks});
    ImageColours.read(folder, ImageColours.CLIP).describe(plan);
    return plan;
  }
}
