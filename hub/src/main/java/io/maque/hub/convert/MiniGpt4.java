package io.maque.hub.convert;

import io.maque.hub.checkpoint.Checkpoint;
import io.maque.hub.checkpoint.StoredTensor;
import io.maque.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * MiniGPT-4's image encoder, from the files of which its authors assemble it: EVA-CLIP-g, BLIP-2's
 * Q-Former and their own linear layer. Which file is which is told by the tensors. The variant for
 * Llama 2 has no Q-Former, and its norm after the tower was never trained.
 *
 * <p>No file says the sizes; they are those of the tensors, with the heads of EVA-CLIP-g and BERT.
 */
final class MiniGpt4 {
  private static final String TOWER = "patch_embed.proj.weight";
  private static final String QUERIES = "query_tokens";
  private static final String PROJECTION = "llama_proj.weight";
  private static final int TOWER_HEADS = 16;
  private static final int QFORMER_HEAD_LENGTH = 64;

  /** Consecutive patches that the variant without Q-Former joins to a row. */
  private static final int STACK = 4;

  private static final double TOWER_EPSILON = 1e-6;
  private static final double POST_NORM_EPSILON = 1e-5;
  private static final double QFORMER_EPSILON = 1e-12;

  private final CheckpointReader tower;
  private final CheckpointReader own;
  private final CheckpointReader bridge;
  private final boolean hasQFormer;
  private final GgufPlan plan;
  private final long hidden;
  private final long output;

  private MiniGpt4(List<CheckpointReader> readers, Path folder, ConvertOptions options) {
    this.tower = holder(readers, TOWER, "EVA-CLIP-g, eva_vit_g.pth", folder);
    this.own = holder(readers, PROJECTION, "MiniGPT-4's linear layer", folder);
    this.hidden = tower.extents(TOWER)[0];
    long[] projection = own.extents(PROJECTION);
    this.output = projection[0];
    this.hasQFormer = projection[1] != STACK * hidden;
    this.bridge =
        hasQFormer
            ? holder(readers, QUERIES, "BLIP-2's Q-Former, blip2_pretrained_flant5xxl.pth", folder)
            : own;
    this.plan =
        new GgufPlan("clip", options.projectorType().plain())
            .put("general.type", "mmproj")
            .put("general.name", options.name().orElse(TextModels.name(folder)));
  }

  private static CheckpointReader holder(
      List<CheckpointReader> readers, String tensor, String what, Path folder) {
    return readers.stream()
        .filter(reader -> reader.contains(tensor))
        .findFirst()
        .orElseThrow(() ->
            new ConvertException(
                "%s: expected a .pth file with tensor %s (%s), found none; put it into the folder"
                    .formatted(folder, tensor, what)));
  }

  /** The files of PyTorch in a folder. */
  static List<Path> files(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.pth")) {
      found.forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(folder, e.getMessage()), e);
    }
    files.sort(null);
    return files;
  }

  /**
   * Plans the image encoder whose parts the files hold. What else is in them, of a language model
   * or of training, is not needed.
   */
  static GgufPlan plan(List<Checkpoint> files, Path folder, ConvertOptions options) {
    List<CheckpointReader> readers = files.stream().map(CheckpointReader::new).toList();
    MiniGpt4 model = new MiniGpt4(readers, folder, options);
    model.describe();
    model.addTower();
    model.addPostNorm();
    if (model.hasQFormer) {
      model.addQFormer();
    }
    model.addProjection();
    return model.plan;
  }

  private int side() {
    long positions = tower.extents("pos_embed")[1];
    return (int) Math.round(Math.sqrt(positions - 1));
  }

  /** The last block of the file is not run. */
  private int blocks() {
    int stored = 0;
    while (tower.contains("blocks.%d.attn.qkv.weight".formatted(stored))) {
      stored++;
    }
    return stored - 1;
  }

  private long inner() {
    return tower.extents("blocks.0.mlp.fc1.weight")[0];
  }

  private void describe() {
    int patch = (int) tower.extents(TOWER)[2];
    plan.put("clip.has_vision_encoder", true)
        .put("clip.projector_type", hasQFormer ? "minigpt4_qformer" : "minigpt4_linear")
        .put("clip.use_gelu", true)
        .put("clip.vision.gelu_variant", "erf")
        .put("clip.vision.image_size", side() * patch)
        .put("clip.vision.patch_size", patch)
        .put("clip.vision.embedding_length", hidden)
        .put("clip.vision.feed_forward_length", inner())
        .put("clip.vision.block_count", blocks())
        .put("clip.vision.projection_dim", output)
        .put("clip.vision.attention.head_count", TOWER_HEADS)
        .put("clip.vision.attention.layer_norm_epsilon", TOWER_EPSILON)
        .put("clip.vision.post_norm_epsilon", POST_NORM_EPSILON)
        .put("clip.vision.preproc.resize_mode", "stretch")
        .put("clip.vision.preproc.resample", "bicubic");
    ImageColours.CLIP.describe(plan);
    describePrompt();
    if (hasQFormer) {
      long width = bridge.extents(QUERIES)[2];
      plan.put("clip.vision.qformer.block_count", qFormerBlocks())
          .put("clip.vision.qformer.embedding_length", width)
          .put("clip.vision.qformer.feed_forward_length", qFormerInner())
          .put("clip.vision.qformer.query_count", bridge.extents(QUERIES)[1])
          .put("clip.vision.qformer.cross_attention_interval", crossAttentionInterval())
          .put("clip.vision.qformer.attention.head_count", width / QFORMER_HEAD_LENGTH)
          .put("clip.vision.qformer.attention.layer_norm_epsilon", QFORMER_EPSILON);
    } else {
      plan.put("clip.vision.projector.stack_factor", STACK)
          .put("clip.vision.projector.drop_cls", true);
    }
  }

  /** The prompts of the authors' demonstration. */
  private void describePrompt() {
    plan.put(
            "minigpt4.prompt.system",
            "Give the following image: <Img>ImageContent</Img>. You will be able to see the image"
                + " once I provide it to you. Please answer my questions.")
        .put("minigpt4.prompt.user_prefix", hasQFormer ? "Human: " : "<s>[INST] ")
        .put("minigpt4.prompt.assistant_prefix", hasQFormer ? "Assistant: " : " [/INST] ")
        .put("minigpt4.prompt.separator", hasQFormer ? "###" : "")
        .put("minigpt4.prompt.image_prefix", "<Img>")
        .put("minigpt4.prompt.image_suffix", "</Img> ")
        .put("minigpt4.stop_sequences", List.of("###"));
  }

  private void addTower() {
    long patch = tower.extents(TOWER)[2];
    long positions = tower.extents("pos_embed")[1];
    plan.tensor("v.class_embd", Values.of(tower.take("cls_token", 1, 1, hidden), Shape.of(hidden)))
        .tensor(
            "v.position_embd.weight",
            Values.of(tower.take("pos_embed", 1, positions, hidden), Shape.of(hidden, positions)));
    Part part = new Part(tower, plan, "", "v.");
    part.tensor(TOWER, "patch_embd.weight", hidden, 3, patch, patch)
        .tensor("patch_embed.proj.bias", "patch_embd.bias", hidden);
    for (int block = 0; block < blocks(); block++) {
      String from = "blocks.%d.".formatted(block);
      String to = "blk.%d.".formatted(block);
      part.part(from, to)
          .norm("norm1", "ln1", hidden)
          .tensor("attn.qkv.weight", "attn_qkv.weight", 3 * hidden, hidden)
          .linear("attn.proj", "attn_out", hidden, hidden)
          .norm("norm2", "ln2", hidden)
          .linear("mlp.fc1", "ffn_up", hidden, inner())
          .linear("mlp.fc2", "ffn_down", inner(), hidden);
      plan.tensor("v." + to + "attn_qkv.bias", qkvBias(from));
    }
  }

  /** Keys have no bias, which changes nothing: it would shift all scores of a query alike. */
  private Values qkvBias(String block) {
    return Values.joined(
        List.of(
            Values.of(tower.take(block + "attn.q_bias", hidden)),
            Values.constant(0, Shape.of(hidden)),
            Values.of(tower.take(block + "attn.v_bias", hidden))));
  }

  /** The norm is trained with the Q-Former; without it the authors never load one. */
  private void addPostNorm() {
    if (bridge.contains("ln_vision.weight")) {
      new Part(bridge, plan, "", "v.").norm("ln_vision", "post_ln", hidden);
    } else if (hasQFormer) {
      bridge.take("ln_vision.weight", hidden);
    } else {
      plan.tensor("v.post_ln.weight", Values.constant(1, Shape.of(hidden)))
          .tensor("v.post_ln.bias", Values.constant(0, Shape.of(hidden)));
    }
  }

  private static String layer(int block) {
    return "Qformer.bert.encoder.layer.%d.".formatted(block);
  }

  private int qFormerBlocks() {
    int blocks = 0;
    while (bridge.contains(layer(blocks) + "attention.self.query.weight")) {
      blocks++;
    }
    return blocks;
  }

  private long qFormerInner() {
    return bridge.extents(layer(0) + "intermediate_query.dense.weight")[0];
  }

  private boolean hasCrossAttention(int block) {
    return bridge.contains(layer(block) + "crossattention.self.query.weight");
  }

  private int crossAttentionInterval() {
    int interval = 1;
    while (interval < qFormerBlocks() && !hasCrossAttention(interval)) {
      interval++;
    }
    return interval;
  }

  private void addQFormer() {
    long[] queries = bridge.extents(QUERIES);
    long width = queries[2];
    plan.tensor(
        "v.proj_query", Values.of(bridge.take(QUERIES, queries), Shape.of(width, queries[1])));
    new Part(bridge, plan, "Qformer.bert.embeddings.", "v.").norm("LayerNorm", "proj_norm", width);
    for (int block = 0; block < qFormerBlocks(); block++) {
      Part part = new Part(bridge, plan, layer(block), "v.proj_blk.%d.".formatted(block));
      addAttention(part, "attention.", "self_attn_", width, width);
      if (hasCrossAttention(block)) {
        addAttention(part, "crossattention.", "cross_attn_", width, hidden);
      }
      part.linear("intermediate_query.dense", "ffn_up", width, qFormerInner())
          .linear("output_query.dense", "ffn_down", qFormerInner(), width)
          .norm("output_query.LayerNorm", "ffn_norm", width);
    }
  }

  private static void addAttention(
      Part block, String from, String to, long width, long contextWidth) {
    block
        .linear(from + "self.query", to + "q", width, width)
        .linear(from + "self.key", to + "k", contextWidth, width)
        .linear(from + "self.value", to + "v", contextWidth, width)
        .linear(from + "output.dense", to + "out", width, width)
        .norm(from + "output.LayerNorm", to + "norm", width);
  }

  private void addProjection() {
    StoredTensor weight =
        own.take(PROJECTION, output, hasQFormer ? bridge.extents(QUERIES)[2] : STACK * hidden);
    plan.tensor("v.proj_linear.weight", Values.of(weight))
        .tensor("v.proj_linear.bias", Values.of(own.take("llama_proj.bias", output)));
  }
}
