package io.maque.model.vision;

import io.maque.gguf.GgufFile;
import io.maque.gguf.Quoted;
import io.maque.image.Geometry;
import io.maque.image.Normalization;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.kernel.Activation;
import io.maque.kernel.Kernels;
import io.maque.kernel.Workers;
import io.maque.model.HyperParameters;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import io.maque.model.ImageGrid;
import io.maque.model.UnsupportedModelException;
import io.maque.model.WeightReader;
import io.maque.nn.FullAttention;
import io.maque.nn.LayerNorm;
import io.maque.nn.Linear;
import io.maque.nn.Mlp;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * The image encoder of LLaVA-1.5 and its kin, LLaVA-Phi3-mini among them (GGUF projector type
 * {@code mlp}): a CLIP vision transformer and a projector of two layers with exact GELU.
 *
 * <p>The picture is cut into patches; a class token comes <b>before</b> them and takes position 0.
 * Learned positions, a norm before the first block, pre-norm blocks with biases everywhere and
 * quick GELU. Features are the output of an inner block, by LLaVA's choice the <b>second to
 * last</b>, without the norm that follows the last; the class token's row is dropped.
 *
 * <p>Radford et al. 2021, arXiv 2103.00020; Liu et al. 2023, arXiv 2310.03744.
 */
public final class ClipLlava implements ImageEncoder {
  /** The value of {@code clip.projector_type}. */
  public static final String PROJECTOR_TYPE = "mlp";

  private static final String POST_NORM = "v.post_ln.weight";
  private static final String RESIZE_MODE = "clip.vision.preproc.resize_mode";

  /**
   * Hyper-parameters, named as the GGUF keys.
   *
   * @param blocks that are run, which is less than the tower of the checkpoint had
   * @param projectionLength width between the projector's layers
   * @param outputLength embedding length of the text model
   */
  record Config(
      VisionConfig tower,
      int blocks,
      Preprocessing preprocessing,
      int projectionLength,
      int outputLength) {

    static Config read(GgufFile file) {
      HyperParameters parameters = new HyperParameters(file, VisionConfig.PREFIX);
      VisionConfig tower =
          VisionConfig.read(
              parameters,
              file.metadata().findBoolean("clip.use_gelu").orElse(false)
                  ? Activation.GELU
                  : Activation.GELU_QUICK);
      return new Config(
          tower,
          blocks(file, parameters.integer("block_count", 1, VisionConfig.MOST_BLOCKS)),
          preprocessing(
              file,
              tower.imageSize(),
              VisionConfig.normalization(file, Normalization.Rescaling.BY_RECIPROCAL)),
          parameters.tensorRows("mm.0.weight"),
          parameters.tensorRows("mm.2.weight"));
    }

    /**
     * Padded to a square of the mean colour, as LLaVA was trained; a file may say {@code crop},
     * which is what the processors of transformers do.
     */
    private static Preprocessing preprocessing(
        GgufFile file, int imageSize, Normalization normalization) {
      List<Float> mean = normalization.mean();
      String mode = file.metadata().findString(RESIZE_MODE).orElse("pad");
      Geometry geometry =
          switch (mode) {
            case "pad" ->
                new Geometry.PadToSquare(
                    imageSize,
                    (int) (mean.get(0) * 255),
                    (int) (mean.get(1) * 255),
                    (int) (mean.get(2) * 255));
            case "crop" -> new Geometry.CropFromShortestEdge(imageSize);
            default ->
                throw new UnsupportedModelException(
                    "key %s: expected pad or crop, found %s"
                        .formatted(RESIZE_MODE, Quoted.of(mode)));
          };
      return new Preprocessing(geometry, normalization);
    }

    /**
     * The blocks up to the feature. A converter either names the layer; or leaves out the last
     * block, counting it or not; or stores the whole tower with the norm at its end.
     */
    private static int blocks(GgufFile file, int blockCount) {
      int stored = storedBlocks(file);
      Optional<int[]> layers = file.metadata().findIntegers("clip.vision.feature_layer");
      int blocks;
      if (layers.isPresent()) {
        if (layers.get().length != 1) {
          throw new UnsupportedModelException(
              "key clip.vision.feature_layer: expected one layer, found %d"
                  .formatted(layers.get().length));
        }
        blocks = layers.get()[0];
      } else {
        boolean whole = stored < blockCount || file.findTensor(POST_NORM).isPresent();
        blocks = whole ? blockCount - 1 : blockCount;
      }
      if (blocks < 1 || blocks > stored) {
        throw new UnsupportedModelException(
            "%s: expected blocks v.blk.0 to v.blk.%d for a feature after block %d of %d, found %d"
                .formatted(file.path().getFileName(), blocks - 1, blocks, blockCount, stored));
      }
      return blocks;
    }

    private static int storedBlocks(GgufFile file) {
      int stored = 0;
      while (hasBlock(file, stored)) {
        stored++;
      }
      return stored;
    }

    private static boolean hasBlock(GgufFile file, int block) {
      String blk = "v.blk.%d.".formatted(block);
      return file.tensors().stream().anyMatch(tensor -> tensor.name().startsWith(blk));
    }
  }

  /** Tensors, named as in GGUF. */
  record Weights(
      PatchEmbedding.Weights embedding,
      Norm preLn,
      List<VisionBlock.Weights> blocks,
      Linear mm0,
      Linear mm2) {

    static Weights read(GgufFile file, Config config) {
      VisionConfig tower = config.tower();
      WeightReader weights = new WeightReader(file, tower.sizes());
      int embedding = tower.embeddingLength();
      Weights read =
          new Weights(
              PatchEmbedding.Weights.read(weights, tower, tower.positions(), Optional.empty()),
              Norm.read(weights, "v.pre_ln", embedding),
              IntStream.range(0, config.blocks())
                  .mapToObj(block -> block(weights, file, tower, "v.blk.%d.".formatted(block)))
                  .toList(),
              weights.biasedLinear("mm.0", embedding, config.projectionLength()),
              weights.biasedLinear("mm.2", config.projectionLength(), config.outputLength()));
      // What comes after the feature has no part in it.
      weights.pass("v.post_ln.");
      IntStream.range(config.blocks(), VisionConfig.MOST_BLOCKS)
          .forEach(block -> weights.pass("v.blk.%d.".formatted(block)));
      weights.requireAllRead();
      return read;
    }

    private static VisionBlock.Weights block(
        WeightReader weights, GgufFile file, VisionConfig config, String blk) {
      int embedding = config.embeddingLength();
      int inner = config.feedForwardLength();
      boolean swapped = isSwapped(file, blk, embedding, inner);
      return new VisionBlock.Weights(
          Norm.read(weights, blk + "ln1", embedding),
          weights.biasedLinear(blk + "attn_q", embedding, embedding),
          weights.biasedLinear(blk + "attn_k", embedding, embedding),
          weights.biasedLinear(blk + "attn_v", embedding, embedding),
          weights.biasedLinear(blk + "attn_out", embedding, embedding),
          Norm.read(weights, blk + "ln2", embedding),
          weights.biasedLinear(blk + (swapped ? "ffn_down" : "ffn_up"), embedding, inner),
          weights.biasedLinear(blk + (swapped ? "ffn_up" : "ffn_down"), inner, embedding));
    }

    /** Whether the file has the old names, where {@code ffn_down} is the first of the two. */
    private static boolean isSwapped(GgufFile file, String blk, int embedding, int inner) {
      return embedding != inner
          && (hasShape(file, blk + "ffn_down.weight", Shape.of(embedding, inner))
              || hasShape(file, blk + "ffn_up.weight", Shape.of(inner, embedding)));
    }

    private static boolean hasShape(GgufFile file, String name, Shape shape) {
      return file.findTensor(name).filter(t -> t.shape().equals(shape)).isPresent();
    }
  }

  private final Config config;
  private final PatchEmbedding embedding;
  private final LayerNorm preLn;
  private final FullAttention attention;
  private final List<VisionBlock> blocks;
  private final Mlp projector;

  /**
   * Reads and checks hyper-parameters and tensors; the weights stay in the file.
   *
   * @throws UnsupportedModelException naming the key or tensor that is missing or not as this
   *     encoder has it
   */
  public ClipLlava(GgufFile file, Kernels kernels) {
    config = Config.read(file);
    VisionConfig tower = config.tower();
    Weights weights = Weights.read(file, config);
    embedding = new PatchEmbedding(kernels, weights.embedding(), tower);
    preLn = weights.preLn().layer(kernels, tower.layerNormEpsilon());
    attention = new FullAttention(kernels, tower.headCount(), tower.headLength());
    blocks =
        weights.blocks().stream()
            .map(block -> VisionBlock.of(kernels, block, tower, attention))
            .toList();
    projector = new Mlp(kernels, weights.mm0(), Activation.GELU, weights.mm2());
  }

  @Override
  public int embeddingLength() {
    return config.outputLength();
  }

  @Override
  public Preprocessing preprocessing() {
    return config.preprocessing();
  }

  /** Width and height of the pictures it takes. */
  public int imageSize() {
    return config.tower().imageSize();
  }

  @Override
  public ImageGrid grid(Size processed) {
    config.tower().requireSize(processed);
    return new ImageGrid(config.tower().grid(), config.tower().grid());
  }

  @Override
  public boolean encode(
      PixelTensor pixels,
      ImageEmbedding out,
      Arena scratch,
      Workers workers,
      BooleanSupplier stillWanted) {
    out.requireMadeFor(this, pixels.processed());
    VisionPass pass = allocate(scratch, workers);
    embedding.forward(pixels, pass, scratch);
    preLn.forward(pass.hidden(), pass.hidden(), workers);
    for (VisionBlock block : blocks) {
      if (!stillWanted.getAsBoolean()) {
        return false;
      }
      block.forward(pass);
    }
    FloatMatrix features = PatchEmbedding.withoutClassToken(pass.hidden());
    FloatMatrix inner = FloatMatrix.allocate(scratch, features.rows(), config.projectionLength());
    projector.forward(features, inner, out.rows(), pass.prepared(), workers);
    return true;
  }

  private VisionPass allocate(Arena scratch, Workers workers) {
    VisionConfig tower = config.tower();
    long prepared =
        Math.max(
            Math.max(embedding.preparedBytes(), projector.preparedBytes(tower.patches())),
            blocks.getFirst().preparedBytes(tower.positions()));
    return VisionPass.allocate(scratch, tower.positions(), tower, prepared, attention, workers);
  }
}
