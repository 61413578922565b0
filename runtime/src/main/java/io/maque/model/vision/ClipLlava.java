package io.maque.model.vision;

import io.maque.gguf.GgufFile;
import io.maque.image.Geometry;
import io.maque.image.Normalization;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.RgbImage;
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
import io.maque.nn.Embedding;
import io.maque.nn.FullAttention;
import io.maque.nn.FusedLinear;
import io.maque.nn.LayerNorm;
import io.maque.nn.Linear;
import io.maque.nn.Mlp;
import io.maque.nn.Residual;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
  private static final int LARGEST_IMAGE = 4096;
  private static final int MOST_BLOCKS = 1024;
  private static final int MOST_HEADS = 4096;
  private static final int LONGEST_ROW = 1 << 20;
  private static final float MOST_COLOUR = 1;

  /**
   * Hyper-parameters, named as the GGUF keys.
   *
   * @param blocks that are run, which is less than the tower of the checkpoint had
   * @param projectionLength width between the projector's layers
   * @param outputLength embedding length of the text model
   */
  record Config(
      int imageSize,
      int patchSize,
      int embeddingLength,
      int feedForwardLength,
      int blocks,
      int headCount,
      float layerNormEpsilon,
      Activation activation,
      Preprocessing preprocessing,
      int projectionLength,
      int outputLength) {

    static Config read(GgufFile file) {
      HyperParameters parameters = new HyperParameters(file, "clip.vision");
      int imageSize = parameters.integer("image_size", 1, LARGEST_IMAGE);
      int patchSize = parameters.integer("patch_size", 1, imageSize);
      int embeddingLength = parameters.integer("embedding_length", 1, LONGEST_ROW);
      int headCount = parameters.integer("attention.head_count", 1, MOST_HEADS);
      requireDivisor("clip.vision.patch_size", patchSize, imageSize);
      requireDivisor("clip.vision.attention.head_count", headCount, embeddingLength);
      return new Config(
          imageSize,
          patchSize,
          embeddingLength,
          parameters.integer("feed_forward_length", 1, LONGEST_ROW),
          blocks(file, parameters.integer("block_count", 1, MOST_BLOCKS)),
          headCount,
          (float) parameters.number("attention.layer_norm_epsilon", Double.MIN_VALUE, 1),
          file.metadata().findBoolean("clip.use_gelu").orElse(false)
              ? Activation.GELU
              : Activation.GELU_QUICK,
          preprocessing(
              imageSize,
              colours(file, "clip.vision.image_mean", 0),
              colours(file, "clip.vision.image_std", Float.MIN_NORMAL)),
          rows(file, "mm.0.weight"),
          rows(file, "mm.2.weight"));
    }

    /** Padded to a square of the mean colour, as LLaVA was trained. */
    private static Preprocessing preprocessing(int imageSize, List<Float> mean, List<Float> std) {
      return new Preprocessing(
          new Geometry.PadToSquare(
              imageSize,
              (int) (mean.get(0) * 255),
              (int) (mean.get(1) * 255),
              (int) (mean.get(2) * 255)),
          new Normalization(mean, std, Normalization.Rescaling.BY_RECIPROCAL));
    }

    private static void requireDivisor(String key, int divisor, int whole) {
      if (whole % divisor != 0) {
        throw new UnsupportedModelException(
            "key %s: expected a divisor of %d, found %d".formatted(key, whole, divisor));
      }
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

    private static List<Float> colours(GgufFile file, String key, float least) {
      float[] values =
          file.metadata()
              .findFloats(key)
              .orElseThrow(() ->
                  new UnsupportedModelException(
                      "key %s: expected three numbers, found no such key".formatted(key)));
      List<Float> colours = IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
      // Written so that NaN is refused too.
      if (colours.size() != RgbImage.CHANNELS
          || !colours.stream().allMatch(value -> value >= least && value <= MOST_COLOUR)) {
        throw new UnsupportedModelException(
            "key %s: expected three numbers from %s to %s, found %s"
                .formatted(key, least, MOST_COLOUR, colours.stream().limit(4).toList()));
      }
      return colours;
    }

    private static int rows(GgufFile file, String name) {
      Tensor tensor =
          file.findTensor(name)
              .orElseThrow(() ->
                  new UnsupportedModelException(
                      "tensor %s: expected in %s, found no such tensor"
                          .formatted(name, file.path().getFileName())));
      if (tensor.shape().rank() != 2 || tensor.shape().rows() > LONGEST_ROW) {
        throw new UnsupportedModelException(
            "tensor %s: expected a matrix of at most %d rows, found %s"
                .formatted(name, LONGEST_ROW, tensor.shape()));
      }
      return tensor.rows();
    }

    /** Patches along one side. */
    int grid() {
      return imageSize / patchSize;
    }

    int patches() {
      return grid() * grid();
    }

    /** Values of one patch: channel by channel, rows from the top. */
    int patchLength() {
      return RgbImage.CHANNELS * patchSize * patchSize;
    }

    /** For messages about shapes. */
    String sizes() {
      return "(image_size=%d, patch_size=%d, embedding_length=%d, feed_forward_length=%d)"
          .formatted(imageSize, patchSize, embeddingLength, feedForwardLength);
    }
  }

  /**
   * Tensors, named as in GGUF.
   *
   * @param patchEmbd the convolution, whose stride is its width, as a linear layer over patches
   */
  record Weights(
      Tensor classEmbd,
      Linear patchEmbd,
      Tensor positionEmbd,
      Norm preLn,
      List<Layer> layers,
      Linear mm0,
      Linear mm2) {

    record Norm(Tensor weight, Tensor bias) {

      static Norm read(WeightReader weights, String name, int length) {
        return new Norm(
            weights.vector(name + ".weight", length), weights.vector(name + ".bias", length));
      }
    }

    record Layer(
        Norm ln1,
        Linear attnQ,
        Linear attnK,
        Linear attnV,
        Linear attnOut,
        Norm ln2,
        Linear fc1,
        Linear fc2) {

      static Layer read(WeightReader weights, GgufFile file, Config config, int layer) {
        String blk = "v.blk.%d.".formatted(layer);
        int embedding = config.embeddingLength();
        int inner = config.feedForwardLength();
        boolean swapped = isSwapped(file, blk, embedding, inner);
        return new Layer(
            Norm.read(weights, blk + "ln1", embedding),
            biased(weights, blk + "attn_q", embedding, embedding),
            biased(weights, blk + "attn_k", embedding, embedding),
            biased(weights, blk + "attn_v", embedding, embedding),
            biased(weights, blk + "attn_out", embedding, embedding),
            Norm.read(weights, blk + "ln2", embedding),
            biased(weights, blk + (swapped ? "ffn_down" : "ffn_up"), embedding, inner),
            biased(weights, blk + (swapped ? "ffn_up" : "ffn_down"), inner, embedding));
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

    /** The layer {@code name}, which must have a bias. */
    private static Linear biased(WeightReader weights, String name, int columns, int rows) {
      Linear linear = weights.linear(name, columns, rows);
      return new Linear(linear.weight(), Optional.of(weights.vector(name + ".bias", rows)));
    }

    static Weights read(GgufFile file, Config config) {
      WeightReader weights = new WeightReader(file, config.sizes());
      int embedding = config.embeddingLength();
      Weights read =
          new Weights(
              weights.vector("v.class_embd", embedding),
              patchEmbd(weights, config),
              weights.matrix("v.position_embd.weight", embedding, 1 + config.patches()),
              Norm.read(weights, "v.pre_ln", embedding),
              IntStream.range(0, config.blocks())
                  .mapToObj(layer -> Layer.read(weights, file, config, layer))
                  .toList(),
              biased(weights, "mm.0", embedding, config.projectionLength()),
              biased(weights, "mm.2", config.projectionLength(), config.outputLength()));
      // What comes after the feature has no part in it.
      weights.pass("v.post_ln.");
      IntStream.range(config.blocks(), MOST_BLOCKS)
          .forEach(layer -> weights.pass("v.blk.%d.".formatted(layer)));
      weights.requireAllRead();
      return read;
    }

    private static Linear patchEmbd(WeightReader weights, Config config) {
      int size = config.patchSize();
      Shape kernel = Shape.of(size, size, RgbImage.CHANNELS, config.embeddingLength());
      Tensor tensor = weights.tensor("v.patch_embd.weight", kernel);
      if (tensor.type().blockSize() != 1) {
        throw new UnsupportedModelException(
            "tensor %s: expected a type without blocks, found %s"
                .formatted(tensor.name(), tensor.type()));
      }
      Shape rows = Shape.of(config.patchLength(), config.embeddingLength());
      return new Linear(new Tensor(tensor.name(), tensor.type(), rows, tensor.data()));
    }
  }

  private final Config config;
  private final Tensor classEmbd;
  private final FusedLinear patchEmbd;
  private final Embedding positionEmbd;
  private final LayerNorm preLn;
  private final FullAttention attention;
  private final List<VisionBlock> blocks;
  private final Mlp projector;
  private final Residual residual;

  /**
   * What lies between pixels and rows, beside what the blocks share.
   *
   * @param positions one row per position
   * @param unfolded one row per patch
   * @param projected between the projector's layers, one row per patch
   */
  private record Memory(
      FloatMatrix positions, FloatMatrix unfolded, FloatMatrix projected, VisionPass pass) {}

  /**
   * Reads and checks hyper-parameters and tensors; the weights stay in the file.
   *
   * @throws UnsupportedModelException naming the key or tensor that is missing or not as this
   *     encoder has it
   */
  public ClipLlava(GgufFile file, Kernels kernels) {
    config = Config.read(file);
    Weights weights = Weights.read(file, config);
    classEmbd = weights.classEmbd();
    patchEmbd = new FusedLinear(kernels, weights.patchEmbd());
    positionEmbd = new Embedding(weights.positionEmbd());
    preLn = norm(weights.preLn(), kernels);
    int headLength = config.embeddingLength() / config.headCount();
    attention = new FullAttention(kernels, config.headCount(), headLength);
    blocks = weights.layers().stream().map(layer -> block(layer, kernels)).toList();
    projector = new Mlp(kernels, weights.mm0(), Activation.GELU, weights.mm2());
    residual = new Residual(kernels);
  }

  private LayerNorm norm(Weights.Norm weights, Kernels kernels) {
    return new LayerNorm(kernels, weights.weight(), weights.bias(), config.layerNormEpsilon());
  }

  private VisionBlock block(Weights.Layer weights, Kernels kernels) {
    return new VisionBlock(
        norm(weights.ln1(), kernels),
        new FusedLinear(kernels, weights.attnQ(), weights.attnK(), weights.attnV()),
        attention,
        new FusedLinear(kernels, weights.attnOut()),
        norm(weights.ln2(), kernels),
        new Mlp(kernels, weights.fc1(), config.activation(), weights.fc2()),
        new Residual(kernels));
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
    return config.imageSize();
  }

  @Override
  public ImageGrid grid(Size processed) {
    Size expected = new Size(config.imageSize(), config.imageSize());
    if (!processed.equals(expected)) {
      throw new IllegalArgumentException(
          "expected a picture of %s pixels, found %s".formatted(expected, processed));
    }
    return new ImageGrid(config.grid(), config.grid());
  }

  @Override
  public boolean encode(
      PixelTensor pixels,
      ImageEmbedding out,
      Arena scratch,
      Workers workers,
      BooleanSupplier stillWanted) {
    out.requireMadeFor(this, pixels.processed());
    Memory memory = allocate(scratch, workers);
    VisionPass pass = memory.pass();
    embed(pixels, memory, pass);
    for (VisionBlock block : blocks) {
      if (!stillWanted.getAsBoolean()) {
        return false;
      }
      block.forward(pass);
    }
    FloatMatrix features = withoutClassToken(pass.hidden());
    projector.forward(features, memory.projected(), out.rows(), pass.prepared(), workers);
    return true;
  }

  /** Writes the input of the first block. */
  private void embed(PixelTensor pixels, Memory memory, VisionPass pass) {
    unfold(pixels, memory.unfolded(), pass.workers());
    FloatMatrix hidden = pass.hidden();
    MemorySegment.copy(classEmbd.data(), 0, hidden.data(), 0, hidden.offset(1));
    patchEmbd.forward(
        memory.unfolded(), pass.prepared(), pass.workers(), withoutClassToken(hidden));
    residual.add(hidden, memory.positions(), pass.workers());
    preLn.forward(hidden, hidden, pass.workers());
  }

  /** Copies each patch to its row, channel by channel. */
  private void unfold(PixelTensor pixels, FloatMatrix patches, Workers workers) {
    int size = config.patchSize();
    workers.forEachRange(
        patches.rows(),
        config.grid(),
        (begin, end, worker) -> {
          for (int patch = begin; patch < end; patch++) {
            int top = patch / config.grid() * size;
            int left = patch % config.grid() * size;
            for (int line = 0; line < RgbImage.CHANNELS * size; line++) {
              MemorySegment.copy(
                  pixels.values(),
                  index(pixels, line / size, top + line % size, left),
                  patches.data(),
                  ValueLayout.JAVA_FLOAT,
                  patches.offset(patch) + (long) line * size * Float.BYTES,
                  size);
            }
          }
        });
  }

  private static int index(PixelTensor pixels, int channel, int y, int x) {
    return (channel * pixels.height() + y) * pixels.width() + x;
  }

  /** The rows of the patches. */
  private static FloatMatrix withoutClassToken(FloatMatrix rows) {
    return rows.rows(1, rows.rows() - 1);
  }

  private Memory allocate(Arena arena, Workers workers) {
    int positions = 1 + config.patches();
    long prepared =
        Math.max(
            Math.max(patchEmbd.preparedBytes(positions), projector.preparedBytes(positions)),
            blocks.getFirst().preparedBytes(positions));
    Memory allocated =
        new Memory(
            FloatMatrix.allocate(arena, positions, config.embeddingLength()),
            FloatMatrix.allocate(arena, config.patches(), config.patchLength()),
            FloatMatrix.allocate(arena, config.patches(), config.projectionLength()),
            VisionPass.allocate(
                arena,
                positions,
                config.embeddingLength(),
                config.feedForwardLength(),
                prepared,
                attention,
                workers));
    positionEmbd.forward(IntStream.range(0, positions).toArray(), allocated.positions(), 0);
    return allocated;
  }
}
