package io.maque.model.vision;

import io.maque.gguf.GgufFile;
import io.maque.image.Geometry;
import io.maque.image.Normalization.Rescaling;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.kernel.Activation;
import io.maque.kernel.Kernels;
import io.maque.kernel.RopePairing;
import io.maque.kernel.Workers;
import io.maque.model.HyperParameters;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import io.maque.model.ImageGrid;
import io.maque.model.UnsupportedModelException;
import io.maque.model.WeightReader;
import io.maque.nn.Coordinates;
import io.maque.nn.Embedding;
import io.maque.nn.FullAttention;
import io.maque.nn.FusedLinear;
import io.maque.nn.Linear;
import io.maque.nn.Rope;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The image encoder of Qwen3-VL (GGUF projector type {@code qwen3vl_merger}): a vision transformer
 * for pictures of any shape, and mergers that make one row of the text model of each square of two
 * by two patches.
 *
 * <p>Patches stand in the order in which they are merged. Positions are learned for a square grid
 * and interpolated for that of the picture; queries and keys are also rotated, the first half of
 * the pairs by the line of a patch and the second by its column. Pre-norm blocks with biases
 * everywhere and GELU in its tanh form; no class token, no norm behind the last block. Some blocks
 * have a merger of their own, for the first layers of the text model (<b>deepstack</b>); those
 * normalise squares, the last one patches.
 *
 * <p>Bai et al. 2025, arXiv 2511.21631; Meng et al. 2024, arXiv 2406.04334.
 */
public final class Qwen3VlVision implements ImageEncoder {
  /** The value of {@code clip.projector_type}. */
  public static final String PROJECTOR_TYPE = "qwen3vl_merger";

  private static final double ROPE_FREQ_BASE = 10_000;
  private static final int AXES = 2;

  /** What transformers takes, whatever the model. */
  private static final int MIN_PIXELS = 65_536;

  private static final int MAX_PIXELS = 16_777_216;
  private static final int MOST_PIXELS = 1 << 26;

  /**
   * Hyper-parameters, named as the GGUF keys.
   *
   * @param tower whose image size is that of the table of positions
   * @param deepstackBlocks numbers of the blocks with a merger, in order
   * @param outputLength embedding length of the text model
   */
  record Config(
      VisionConfig tower,
      int blockCount,
      int spatialMergeSize,
      List<Integer> deepstackBlocks,
      Preprocessing preprocessing,
      int outputLength) {

    static Config read(GgufFile file) {
      HyperParameters parameters = new HyperParameters(file, VisionConfig.PREFIX);
      requireGelu(file);
      VisionConfig tower = VisionConfig.read(parameters, Activation.GELU_TANH);
      requireRotatable(tower);
      int blockCount = parameters.integer("block_count", 1, VisionConfig.MOST_BLOCKS);
      int merge = parameters.findInteger("spatial_merge_size", 2, 2).orElse(2);
      return new Config(
          tower,
          blockCount,
          merge,
          deepstackBlocks(file, blockCount),
          new Preprocessing(
              geometry(parameters, tower.patchSize() * merge),
              VisionConfig.normalization(file, Rescaling.BY_RECIPROCAL)),
          outputLength(parameters));
    }

    private static void requireGelu(GgufFile file) {
      if (!file.metadata().findBoolean("clip.use_gelu").orElse(true)) {
        throw new UnsupportedModelException("key clip.use_gelu: expected true, found false");
      }
    }

    /** Two axes, and pairs of values for each. */
    private static void requireRotatable(VisionConfig tower) {
      if (tower.headLength() % (2 * AXES) != 0) {
        throw new UnsupportedModelException(
            "key %s.attention.head_count: expected heads of a multiple of %d values, found %d %s"
                .formatted(VisionConfig.PREFIX, 2 * AXES, tower.headLength(), tower.sizes()));
      }
    }

    private static Geometry geometry(HyperParameters parameters, int factor) {
      int least = parameters.findInteger("image_min_pixels", 1, MOST_PIXELS).orElse(MIN_PIXELS);
      int most =
          parameters
              .findInteger("image_max_pixels", Math.max(least, factor * factor), MOST_PIXELS)
              .orElse(Math.max(least, MAX_PIXELS));
      return new Geometry.SmartResize(factor, least, most);
    }

    private static List<Integer> deepstackBlocks(GgufFile file, int blockCount) {
      String key = VisionConfig.PREFIX + ".is_deepstack_layers";
      boolean[] layers = file.metadata().findBooleans(key).orElse(new boolean[blockCount]);
      if (layers.length != blockCount) {
        throw new UnsupportedModelException(
            "key %s: expected an entry for each of %d blocks, found %d"
                .formatted(key, blockCount, layers.length));
      }
      return IntStream.range(0, blockCount).filter(block -> layers[block]).boxed().toList();
    }

    private static int outputLength(HyperParameters parameters) {
      int rows = parameters.tensorRows("mm.2.weight");
      parameters.findInteger("projection_dim", rows, rows);
      return rows;
    }

    /** Values of a square of patches. */
    int mergedLength() {
      return tower.embeddingLength() * spatialMergeSize * spatialMergeSize;
    }

    /** Pixels along the side of a square of patches. */
    int factor() {
      return tower.patchSize() * spatialMergeSize;
    }
  }

  /**
   * Tensors, named as in GGUF.
   *
   * @param patchEmbd the convolution as a linear layer over patches
   * @param deepstack a merger for each of the blocks that have one
   * @param merger {@code v.post_ln}, {@code mm.0} and {@code mm.2}
   */
  record Weights(
      Linear patchEmbd,
      Tensor positionEmbd,
      List<VisionBlock.Weights> blocks,
      List<PatchMerger.Weights> deepstack,
      PatchMerger.Weights merger) {

    static Weights read(GgufFile file, Config config) {
      VisionConfig tower = config.tower();
      WeightReader weights = new WeightReader(file, tower.sizes());
      int embedding = tower.embeddingLength();
      int merged = config.mergedLength();
      Weights read =
          new Weights(
              patchEmbd(weights, tower),
              weights.matrix("v.position_embd.weight", embedding, tower.patches()),
              IntStream.range(0, config.blockCount())
                  .mapToObj(block -> VisionBlock.Weights.read(weights, tower, block))
                  .toList(),
              config.deepstackBlocks().stream()
                  .map("v.deepstack.%d."::formatted)
                  .map(name ->
                      PatchMerger.Weights.read(
                          weights,
                          name + "norm",
                          name + "fc1",
                          name + "fc2",
                          merged,
                          merged,
                          config.outputLength()))
                  .toList(),
              PatchMerger.Weights.read(
                  weights, "v.post_ln", "mm.0", "mm.2", embedding, merged, config.outputLength()));
      weights.requireAllRead();
      return read;
    }

    /**
     * The tower was trained on films too: its convolution takes two pictures. A picture that stands
     * still is both, so the sum of the two kernels does.
     */
    private static Linear patchEmbd(WeightReader weights, VisionConfig tower) {
      String name = "v.patch_embd.weight";
      FloatMatrix sum = values(PatchEmbedding.Weights.kernel(weights, tower, name));
      FloatMatrix second = values(PatchEmbedding.Weights.kernel(weights, tower, name + ".1"));
      for (int row = 0; row < sum.rows(); row++) {
        for (int column = 0; column < sum.columns(); column++) {
          sum.set(row, column, sum.get(row, column) + second.get(row, column));
        }
      }
      Shape shape = Shape.of(sum.columns(), sum.rows());
      return new Linear(
          new Tensor(name, TensorType.F32, shape, sum.data()),
          Optional.of(weights.vector("v.patch_embd.bias", tower.embeddingLength())));
    }

    private static FloatMatrix values(Tensor tensor) {
      FloatMatrix values = FloatMatrix.allocate(Arena.ofAuto(), tensor.rows(), tensor.columns());
      new Embedding(tensor).forward(IntStream.range(0, tensor.rows()).toArray(), values, 0);
      return values;
    }
  }

  private final Config config;
  private final FusedLinear patchEmbd;
  private final Embedding positionEmbd;
  private final Rope rope;
  private final FullAttention attention;
  private final List<VisionBlock> blocks;
  private final List<PatchMerger> deepstack;
  private final PatchMerger merger;

  /**
   * Reads and checks hyper-parameters and tensors; the weights stay in the file.
   *
   * @throws UnsupportedModelException naming the key or tensor that is missing or not as this
   *     encoder has it
   */
  public Qwen3VlVision(GgufFile file, Kernels kernels) {
    config = Config.read(file);
    VisionConfig tower = config.tower();
    Weights weights = Weights.read(file, config);
    patchEmbd = new FusedLinear(kernels, weights.patchEmbd());
    positionEmbd = new Embedding(weights.positionEmbd());
    rope = rope(kernels, tower.headLength() / 2);
    attention = new FullAttention(kernels, tower.headCount(), tower.headLength());
    blocks =
        weights.blocks().stream()
            .map(block -> VisionBlock.of(kernels, block, tower, attention))
            .toList();
    deepstack = weights.deepstack().stream().map(merger -> merger(kernels, merger)).toList();
    merger = merger(kernels, weights.merger());
  }

  private PatchMerger merger(Kernels kernels, PatchMerger.Weights weights) {
    return PatchMerger.of(kernels, weights, config.tower().layerNormEpsilon());
  }

  /** Both axes have the same frequencies, those of half as many pairs. */
  private static Rope rope(Kernels kernels, int pairs) {
    double[] frequencies = Rope.frequencies(ROPE_FREQ_BASE, pairs);
    int[] axes = new int[pairs];
    Arrays.fill(axes, 0, pairs / AXES, MergeOrder.LINE);
    Arrays.fill(axes, pairs / AXES, pairs, MergeOrder.COLUMN);
    return new Rope(
        kernels,
        RopePairing.NEOX,
        DoubleStream.concat(Arrays.stream(frequencies), Arrays.stream(frequencies)).toArray(),
        axes);
  }

  @Override
  public int embeddingLength() {
    return config.outputLength();
  }

  @Override
  public int deepstackLayers() {
    return deepstack.size();
  }

  @Override
  public Preprocessing preprocessing() {
    return config.preprocessing();
  }

  @Override
  public ImageGrid grid(Size processed) {
    int factor = config.factor();
    if (processed.width() % factor != 0 || processed.height() % factor != 0) {
      throw new IllegalArgumentException(
          "expected a picture whose sides are multiples of %d pixels, found %s"
              .formatted(factor, processed));
    }
    return new ImageGrid(processed.height() / factor, processed.width() / factor);
  }

  @Override
  public boolean encode(
      PixelTensor pixels,
      ImageEmbedding out,
      Arena scratch,
      Workers workers,
      BooleanSupplier stillWanted) {
    out.requireMadeFor(this, pixels.processed());
    VisionPass pass = embed(pixels, scratch, workers);
    for (int block = 0; block < blocks.size(); block++) {
      if (!stillWanted.getAsBoolean()) {
        return false;
      }
      blocks.get(block).forward(pass);
      int layer = config.deepstackBlocks().indexOf(block);
      if (layer >= 0) {
        deepstack.get(layer).forward(pass, out.deepstack().get(layer));
      }
    }
    merger.forward(pass, out.rows());
    return true;
  }

  /** Makes the input of the first block. */
  private VisionPass embed(PixelTensor pixels, Arena scratch, Workers workers) {
    VisionConfig tower = config.tower();
    int lines = pixels.height() / tower.patchSize();
    int columns = pixels.width() / tower.patchSize();
    int patches = Math.multiplyExact(lines, columns);
    MergeOrder order = new MergeOrder(columns, config.spatialMergeSize());
    FloatMatrix angles = FloatMatrix.allocate(scratch, patches, rope.angleColumns());
    rope.angles(order, angles, workers);
    VisionPass pass =
        VisionPass.allocate(scratch, patches, tower, preparedBytes(patches), attention, workers)
            .rotatedBy(new Rotation(rope, angles, tower.headCount()));
    FloatMatrix cut =
        FloatMatrix.allocate(scratch, VisionPass.pieceRows(patches), tower.patchLength());
    pass.forEachPiece(piece -> {
      FloatMatrix rows = cut.firstRows(piece.rows());
      Coordinates pieceOrder = (row, axis) -> order.coordinate(piece.begin() + row, axis);
      Patches.cut(pixels, tower.patchSize(), pieceOrder, rows, workers);
      patchEmbd.forward(rows, pass.prepared(), workers, piece.of(pass.hidden()));
    });
    positions(scratch).addTo(pass.hidden(), lines, columns, order, workers);
    return pass;
  }

  private BilinearGrid positions(Arena scratch) {
    VisionConfig tower = config.tower();
    FloatMatrix table = FloatMatrix.allocate(scratch, tower.patches(), tower.embeddingLength());
    positionEmbd.forward(IntStream.range(0, tower.patches()).toArray(), table, 0);
    return new BilinearGrid(table, tower.grid());
  }

  private long preparedBytes(int patches) {
    int embedding = config.tower().embeddingLength();
    // Any layer may be of another format than its neighbours.
    return LongStream.of(
            patchEmbd.preparedBytes(VisionPass.pieceRows(patches)),
            blocks.stream().mapToLong(b -> b.preparedBytes(patches)).max().orElse(0),
            deepstack.stream().mapToLong(m -> m.preparedBytes(patches, embedding)).max().orElse(0),
            merger.preparedBytes(patches, embedding))
        .max()
        .orElseThrow();
  }
}
