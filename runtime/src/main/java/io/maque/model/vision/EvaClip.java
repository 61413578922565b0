package io.maque.model.vision;

import io.maque.gguf.GgufFile;
import io.maque.gguf.Quoted;
import io.maque.image.Geometry;
import io.maque.image.Normalization.Rescaling;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.kernel.Activation;
import io.maque.kernel.Kernels;
import io.maque.kernel.Workers;
import io.maque.model.HyperParameters;
import io.maque.model.UnsupportedModelException;
import io.maque.model.WeightReader;
import io.maque.nn.FullAttention;
import io.maque.nn.LayerNorm;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * The tower of MiniGPT-4 and BLIP-2: EVA-CLIP's giant vision transformer.
 *
 * <p>Like CLIP's it has a class token before the patches, learned positions and pre-norm blocks;
 * unlike it, exact GELU, a patch layer with bias, no norm before the first block, and one after the
 * last with an epsilon of its own. All rows go on, the class token's too. Q, K and V are one
 * tensor, whose bias is zero for K. The checkpoint's last block has no part in it, and files lack
 * it. A table of positions of another grid is interpolated.
 *
 * <p>Sun et al. 2023, arXiv 2303.15389; Li et al. 2023, arXiv 2301.12597.
 */
final class EvaClip {
  private static final int MOST_PATCHES = 1 << 14;

  /** Hyper-parameters, named as the GGUF keys. */
  record Config(
      VisionConfig tower, int blockCount, float postNormEpsilon, Preprocessing preprocessing) {

    static Config read(GgufFile file) {
      HyperParameters parameters = new HyperParameters(file, VisionConfig.PREFIX);
      requireGelu(file);
      // What can only be one thing need not be said; said otherwise, it is another encoder.
      requireIfThere(file, "clip.vision.gelu_variant", "erf");
      requireIfThere(file, "clip.vision.preproc.resize_mode", "stretch");
      requireIfThere(file, "clip.vision.preproc.resample", "bicubic");
      VisionConfig tower = VisionConfig.read(parameters, Activation.GELU);
      requirePatches(tower);
      Size square = new Size(tower.imageSize(), tower.imageSize());
      return new Config(
          tower,
          parameters.integer("block_count", 1, VisionConfig.MOST_BLOCKS),
          (float) parameters.number("post_norm_epsilon", Double.MIN_VALUE, 1),
          new Preprocessing(
              new Geometry.Stretch(square),
              VisionConfig.normalization(file, Rescaling.BY_DIVISION)));
    }

    /** As positions are interpolated, the size of their table bounds nothing. */
    private static void requirePatches(VisionConfig tower) {
      if (tower.patches() > MOST_PATCHES) {
        throw new UnsupportedModelException(
            ("keys clip.vision.image_size and clip.vision.patch_size: expected at most %d patches,"
                    + " found %d")
                .formatted(MOST_PATCHES, tower.patches()));
      }
    }

    private static void requireGelu(GgufFile file) {
      if (!file.metadata().findBoolean("clip.use_gelu").orElse(true)) {
        throw new UnsupportedModelException("key clip.use_gelu: expected true, found false");
      }
    }

    private static void requireIfThere(GgufFile file, String key, String expected) {
      Optional<String> found = file.metadata().findString(key);
      if (found.isPresent() && !found.get().equals(expected)) {
        throw new UnsupportedModelException(
            "key %s: expected %s, found %s".formatted(key, expected, Quoted.of(found.get())));
      }
    }
  }

  /** Tensors, named as in GGUF. */
  record Weights(PatchEmbedding.Weights embedding, List<VisionBlock.Weights> blocks, Norm postLn) {

    static Weights read(WeightReader weights, GgufFile file, Config config) {
      VisionConfig tower = config.tower();
      return new Weights(
          PatchEmbedding.Weights.read(
              weights,
              tower,
              positions(file, tower),
              Optional.of(weights.vector("v.patch_embd.bias", tower.embeddingLength()))),
          IntStream.range(0, config.blockCount())
              .mapToObj(block -> VisionBlock.Weights.read(weights, tower, block))
              .toList(),
          Norm.read(weights, "v.post_ln", tower.embeddingLength()));
    }

    /** The rows of the table of positions: the class token's and those of a square grid. */
    private static int positions(GgufFile file, VisionConfig tower) {
      String name = "v.position_embd.weight";
      int rows = new HyperParameters(file, VisionConfig.PREFIX).tensorRows(name);
      int side = (int) Math.sqrt(rows - 1);
      if (side < 1 || side * side != rows - 1) {
        throw new UnsupportedModelException(
            "tensor %s: expected 1 + n × n rows, found %d %s".formatted(name, rows, tower.sizes()));
      }
      return rows;
    }
  }

  private final Config config;
  private final PatchEmbedding embedding;
  private final FullAttention attention;
  private final List<VisionBlock> blocks;
  private final LayerNorm postLn;

  EvaClip(Kernels kernels, Weights weights, Config config) {
    VisionConfig tower = config.tower();
    this.config = config;
    embedding = new PatchEmbedding(kernels, weights.embedding(), tower);
    attention = new FullAttention(kernels, tower.headCount(), tower.headLength());
    blocks =
        weights.blocks().stream()
            .map(block -> VisionBlock.of(kernels, block, tower, attention))
            .toList();
    postLn = weights.postLn().layer(kernels, config.postNormEpsilon());
  }

  /**
   * Runs the tower over one picture.
   *
   * @param scratch memory of this call, the result's too
   * @return a row for the class token and one for each patch, line by line; empty when the picture
   *     is not wanted any more
   */
  Optional<FloatMatrix> forward(
      PixelTensor pixels, Arena scratch, Workers workers, BooleanSupplier stillWanted) {
    VisionConfig tower = config.tower();
    long prepared =
        Math.max(embedding.preparedBytes(), blocks.getFirst().preparedBytes(tower.positions()));
    VisionPass pass =
        VisionPass.allocate(scratch, tower.positions(), tower, prepared, attention, workers);
    embedding.forward(pixels, pass, scratch);
    for (VisionBlock block : blocks) {
      if (!stillWanted.getAsBoolean()) {
        return Optional.empty();
      }
      block.forward(pass);
    }
    postLn.forward(pass.hidden(), pass.hidden(), workers);
    return Optional.of(pass.hidden());
  }
}
