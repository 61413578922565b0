package io.maque.hub.convert;

import io.maque.hub.checkpoint.SmallFile;
import io.maque.hub.checkpoint.StoredTensor;
import io.maque.hub.json.JsonValue;
import io.maque.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The image encoder of Qwen3-VL. Its patch embedding covers two frames, stored as two tensors; the
 * mergers that feed the text model's first layers are named after the block they follow.
 */
final class Qwen3VlVision {
  private static final int FRAMES = 2;

  /** As {@code Qwen3VLVisionConfig} has them. */
  private static final Map<String, ? extends Number> DEFAULTS =
      Map.of(
          "depth", 27,
          "hidden_size", 1152,
          "intermediate_size", 4304,
          "num_heads", 16,
          "patch_size", 16,
          "temporal_patch_size", FRAMES,
          "spatial_merge_size", 2,
          "out_hidden_size", 3584,
          "num_position_embeddings", 2304);

  private static final ImageColours COLOURS =
      new ImageColours(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});

  private final ModelConfig fields;
  private final int hidden;
  private final int merged;
  private final int output;
  private final List<Integer> deepstack;

  private Qwen3VlVision(JsonValue config) {
    fields = new ModelConfig(config, DEFAULTS);
    fields.require("hidden_act", List.of("gelu_pytorch_tanh"));
    hidden = fields.count("hidden_size");
    int merge = fields.count("spatial_merge_size");
    merged = Math.multiplyExact(hidden, merge * merge);
    output = fields.count("out_hidden_size");
    deepstack = deepstack(config);
  }

  /** The blocks after which rows are taken for the text model's first layers. */
  static List<Integer> deepstack(JsonValue vision) {
    List<Integer> blocks = new ArrayList<>();
    int depth = new ModelConfig(vision, DEFAULTS).count("depth");
    for (JsonValue block : vision.at("deepstack_visual_indexes").elements()) {
      OptionalLong index = block.asCount();
      if (index.isEmpty() || index.getAsLong() >= depth) {
        throw block.unexpected("a block below %d".formatted(depth));
      }
      blocks.add((int) index.getAsLong());
    }
    return blocks;
  }

  /** Plans the image encoder that {@code config}, the whole document, describes. */
  static GgufPlan plan(
      JsonValue config, Path folder, CheckpointReader reader, ConvertOptions options) {
    Qwen3VlVision vision = new Qwen3VlVision(config.at("vision_config"));
    GgufPlan plan =
        new GgufPlan("clip", options.projectorType().plain())
            .put("general.type", "mmproj")
            .put("general.name", options.name().orElse(TextModels.name(folder)));
    vision.describe(plan, config, folder);
    vision.add(
        reader, plan, reader.prefixOf("pos_embed.weight", List.of("model.visual.", "visual.")));
    return plan;
  }

  private void describe(GgufPlan plan, JsonValue config, Path folder) {
    int patch = fields.count("patch_size");
    int depth = fields.count("depth");
    boolean[] taken = new boolean[depth];
    deepstack.forEach(block -> taken[block] = true);
    double epsilon = config.at("text_config").findNumber("rms_norm_eps").orElse(1e-6);
    plan.put("clip.has_vision_encoder", true)
        .put("clip.projector_type", "qwen3vl_merger")
        .put("clip.use_gelu", true)
        .put("clip.vision.projection_dim", output)
        .put("clip.vision.image_size", gridSide() * patch)
        .put("clip.vision.patch_size", patch)
        .put("clip.vision.embedding_length", hidden)
        .put("clip.vision.feed_forward_length", fields.count("intermediate_size"))
        .put("clip.vision.block_count", depth)
        .put("clip.vision.attention.head_count", fields.count("num_heads"))
        .put("clip.vision.attention.layer_norm_epsilon", epsilon)
        .put("clip.vision.spatial_merge_size", fields.count("spatial_merge_size"))
        .put("clip.vision.is_deepstack_layers", taken);
    ImageColours.read(folder, COLOURS).describe(plan);
    putLimits(plan, folder);
  }

  private int gridSide() {
    int positions = fields.count("num_position_embeddings");
    int side = (int) Math.round(Math.sqrt(positions));
    if (side * side != positions) {
      throw fields.at("num_position_embeddings").unexpected("a square number");
    }
    return side;
  }

  /** How many pixels the processor shrinks and stretches pictures to. */
  private static void putLimits(GgufPlan plan, Path folder) {
    Path file = folder.resolve("preprocessor_config.json");
    if (!Files.exists(file)) {
      return;
    }
    JsonValue processor = SmallFile.json(file);
    putCount(plan, "clip.vision.image_min_pixels", processor, "min_pixels", "shortest_edge");
    putCount(plan, "clip.vision.image_max_pixels", processor, "max_pixels", "longest_edge");
  }

  private static void putCount(
      GgufPlan plan, String key, JsonValue processor, String plain, String ofSize) {
    OptionalLong count = processor.at("size").findCount(ofSize);
    if (count.isEmpty()) {
      count = processor.findCount(plain);
    }
    count.ifPresent(pixels -> plan.put(key, pixels));
  }

  private void add(CheckpointReader reader, GgufPlan plan, String prefix) {
    addPatches(reader, plan, prefix);
    Part tower = new Part(reader, plan, prefix, "v.");
    tower.tensor(
        "pos_embed.weight",
        "position_embd.weight",
        fields.count("num_position_embeddings"),
        hidden);
    long inner = fields.count("intermediate_size");
    for (int block = 0; block < fields.count("depth"); block++) {
      tower
          .part("blocks.%d.".formatted(block), "blk.%d.".formatted(block))
          .norm("norm1", "ln1", hidden)
          .linear("attn.qkv", "attn_qkv", hidden, 3L * hidden)
          .linear("attn.proj", "attn_out", hidden, hidden)
          .norm("norm2", "ln2", hidden)
          .linear("mlp.linear_fc1", "ffn_up", hidden, inner)
          .linear("mlp.linear_fc2", "ffn_down", inner, hidden);
    }
    tower.part("merger.", "").norm("norm", "post_ln", hidden);
    new Part(reader, plan, prefix + "merger.", "mm.")
        .linear("linear_fc1", "0", merged, merged)
        .linear("linear_fc2", "2", merged, output);
    for (int i = 0; i < deepstack.size(); i++) {
      tower
          .part(
              "deepstack_merger_list.%d.".formatted(i), "deepstack.%d.".formatted(deepstack.get(i)))
          .norm("norm", "norm", merged)
          .linear("linear_fc1", "fc1", merged, merged)
          .linear("linear_fc2", "fc2", merged, output);
    }
  }

  private void addPatches(CheckpointReader reader, GgufPlan plan, String prefix) {
    if (fields.count("temporal_patch_size") != FRAMES) {
      throw fields.at("temporal_patch_size").unexpected("2");
    }
    long patch = fields.count("patch_size");
    StoredTensor stored =
        reader.take(prefix + "patch_embed.proj.weight", hidden, 3, FRAMES, patch, patch);
    Shape frame = Shape.of(patch, patch, 3, hidden);
    Values both = Values.of(stored, Shape.of(patch, patch, FRAMES, 3L * hidden));
    // A run is one channel of one frame's kernel; the frames of a channel follow each other.
    plan.tensor("v.patch_embd.weight", both.runs(patch * patch, frame, run -> FRAMES * run));
    plan.tensor("v.patch_embd.weight.1", both.runs(patch * patch, frame, run -> FRAMES * run + 1));
    plan.tensor(
        "v.patch_embd.bias", Values.of(reader.take(prefix + "patch_embed.proj.bias", hidden)));
  }
}
