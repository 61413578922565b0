package io.maque.hub.convert;

import io.maque.hub.json.JsonValue;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a CLIP vision transformer.
 *
 * @param prefix of its tensors in the checkpoint
 */
record ClipTower(
    String prefix,
    int imageSize,
    int patchSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    double epsilon,
    boolean exactGelu) {

  /** Every CLIP that was published has heads of this length. */
  private static final int HEAD_LENGTH = 64;

  private static final double EPSILON = 1e-5;

  /** As {@code CLIPVisionConfig} has them. */
  private static final Map<String, ? extends Number> DEFAULTS =
      Map.of(
          "image_size", 224,
          "patch_size", 32,
          "hidden_size", 768,
          "intermediate_size", 3072,
          "num_hidden_layers", 12,
          "num_attention_heads", 12,
          "layer_norm_eps", EPSILON);

  /** The sizes that a configuration says. */
  static ClipTower read(JsonValue config, String prefix) {
    ModelConfig fields = new ModelConfig(config, DEFAULTS);
    fields.require("model_type", List.of("clip_vision_model", "clip"));
    fields.require("hidden_act", List.of("quick_gelu", "gelu"));
    return new ClipTower(
        prefix,
        fields.count("image_size"),
        fields.count("patch_size"),
        fields.count("hidden_size"),
        fields.count("intermediate_size"),
        fields.count("num_hidden_layers"),
        fields.count("num_attention_heads"),
        fields.number("layer_norm_eps"),
        config.findText("hidden_act").orElse("quick_gelu").equals("gelu"));
  }

  /**
   * The sizes that the tensors have, where a configuration names a tower and does not describe it.
   */
  static ClipTower measure(CheckpointReader reader, String prefix) {
    long[] patches = reader.extents(prefix + "embeddings.patch_embedding.weight");
    long positions = reader.extents(prefix + "embeddings.position_embedding.weight")[0];
    int patch = (int) patches[patches.length - 1];
    int hidden = (int) patches[0];
    int layers = 0;
    while (reader.contains("%sencoder.layers.%d.mlp.fc1.weight".formatted(prefix, layers))) {
      layers++;
    }
    return new ClipTower(
        prefix,
        patch * (int) Math.round(Math.sqrt(positions - 1)),
        patch,
        hidden,
        (int) reader.extents(prefix + "encoder.layers.0.mlp.fc1.weight")[0],
        layers,
        hidden / HEAD_LENGTH,
        EPSILON,
        false);
  }

  long positions() {
    long side = imageSize / patchSize;
    return side * side + 1;
  }

  /** Puts the keys of the tower when its first {@code blocks} are run. */
  void describe(GgufPlan plan, int blocks) {
    plan.put("clip.vision.image_size", imageSize)
        .put("clip.vision.patch_size", patchSize)
        .put("clip.vision.embedding_length", hiddenSize)
        .put("clip.vision.feed_forward_length", intermediateSize)
        .put("clip.vision.block_count", blocks)
        .put("clip.vision.attention.head_count", heads)
        .put("clip.vision.attention.layer_norm_epsilon", epsilon)
        .put("clip.use_gelu", exactGelu);
  }

  /** Adds the tensors of the first {@code blocks}; the rest of the tower is not needed. */
  void add(CheckpointReader reader, GgufPlan plan, int blocks) {
    Part tower = new Part(reader, plan, prefix, "v.");
    tower
        .tensor("embeddings.class_embedding", "class_embd", hiddenSize)
        .tensor(
            "embeddings.patch_embedding.weight",
            "patch_embd.weight",
            hiddenSize,
            3,
            patchSize,
            patchSize)
        .tensor(
            "embeddings.position_embedding.weight", "position_embd.weight", positions(), hiddenSize)
        .norm("pre_layrnorm", "pre_ln", hiddenSize);
    for (int block = 0; block < blocks; block++) {
      tower
          .part("encoder.layers.%d.".formatted(block), "blk.%d.".formatted(block))
          .norm("layer_norm1", "ln1", hiddenSize)
          .linear("self_attn.q_proj", "attn_q", hiddenSize, hiddenSize)
          .linear("self_attn.k_proj", "attn_k", hiddenSize, hiddenSize)
          .linear("self_attn.v_proj", "attn_v", hiddenSize, hiddenSize)
          .linear("self_attn.out_proj", "attn_out", hiddenSize, hiddenSize)
          .norm("layer_norm2", "ln2", hiddenSize)
          .linear("mlp.fc1", "ffn_up", hiddenSize, intermediateSize)
          .linear("mlp.fc2", "ffn_down", intermediateSize, hiddenSize);
    }
    reader.pass(name -> name.startsWith(prefix + "post_layernorm.") || isBlockFrom(blocks, name));
  }

  private boolean isBlockFrom(int first, String name) {
    String blocks = prefix + "encoder.layers.";
    if (!name.startsWith(blocks)) {
      return false;
    }
    String number = name.substring(blocks.length()).split("\\.", 2)[0];
    return number.matches("\\d{1,6}")
        && Integer.parseInt(number) >= first
        && Integer.parseInt(number) < layers;
  }
}
