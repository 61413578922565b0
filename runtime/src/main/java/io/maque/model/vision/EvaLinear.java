package io.maque.model.vision;

import io.maque.gguf.GgufFile;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.kernel.Kernels;
import io.maque.kernel.Workers;
import io.maque.model.HyperParameters;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import io.maque.model.ImageGrid;
import io.maque.model.UnsupportedModelException;
import io.maque.model.WeightReader;
import io.maque.nn.FusedLinear;
import io.maque.nn.Linear;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The image encoder of MiniGPT-4 with Llama 2 (GGUF projector type {@code minigpt4_linear}): {@link
 * EvaClip} without its class token, of which each four patches that follow one another in a line
 * become one row, and a linear layer to the text model's width.
 *
 * <p>Zhu et al. 2023, arXiv 2304.10592, and its published code, which has a variant without
 * Q-Former.
 */
public final class EvaLinear implements ImageEncoder {
  /** The value of {@code clip.projector_type}. */
  public static final String PROJECTOR_TYPE = "minigpt4_linear";

  /**
   * Hyper-parameters.
   *
   * @param stackFactor patches of a row
   */
  record Config(EvaClip.Config tower, int stackFactor, int outputLength) {

    static Config read(GgufFile file) {
      EvaClip.Config tower = EvaClip.Config.read(file);
      int patches = tower.tower().patches();
      if (!file.metadata().findBoolean("clip.vision.projector.drop_cls").orElse(true)) {
        throw new UnsupportedModelException(
            "key clip.vision.projector.drop_cls: expected true, found false");
      }
      return new Config(
          tower,
          new HyperParameters(file, VisionConfig.PREFIX)
              .divisor("projector.stack_factor", patches, patches),
          EvaProjection.outputLength(file));
    }

    int rows() {
      return tower.tower().patches() / stackFactor;
    }

    /** Values of one row. */
    int rowLength() {
      return Math.multiplyExact(tower.tower().embeddingLength(), stackFactor);
    }

    /** For messages about shapes. */
    String sizes() {
      return "%s (projector.stack_factor=%d)".formatted(tower.tower().sizes(), stackFactor);
    }
  }

  /** Tensors, named as in GGUF. */
  record Weights(EvaClip.Weights tower, Linear projLinear) {

    static Weights read(GgufFile file, Config config) {
      WeightReader weights = new WeightReader(file, config.sizes());
      Weights read =
          new Weights(
              EvaClip.Weights.read(weights, file, config.tower()),
              EvaProjection.read(weights, config.rowLength(), config.outputLength()));
      weights.requireAllRead();
      return read;
    }
  }

  private final Config config;
  private final EvaClip tower;
  private final FusedLinear projLinear;

  /**
   * Reads and checks hyper-parameters and tensors; the weights stay in the file.
   *
   * @throws UnsupportedModelException naming the key or tensor that is missing or not as this
   *     encoder has it
   */
  public EvaLinear(GgufFile file, Kernels kernels) {
    config = Config.read(file);
    Weights weights = Weights.read(file, config);
    tower = new EvaClip(kernels, weights.tower(), config.tower());
    projLinear = new FusedLinear(kernels, weights.projLinear());
  }

  @Override
  public int embeddingLength() {
    return config.outputLength();
  }

  @Override
  public Preprocessing preprocessing() {
    return config.tower().preprocessing();
  }

  @Override
  public ImageGrid grid(Size processed) {
    config.tower().tower().requireSize(processed);
    return new ImageGrid(1, config.rows());
  }

  @Override
  public boolean encode(
      PixelTensor pixels,
      ImageEmbedding out,
      Arena scratch,
      Workers workers,
      BooleanSupplier stillWanted) {
    out.requireMadeFor(this, pixels.processed());
    Optional<FloatMatrix> rows =
        tower.forward(pixels, scratch, workers, stillWanted).map(this::stacked);
    rows.ifPresent(found -> EvaProjection.forward(projLinear, found, out, scratch, workers));
    return rows.isPresent();
  }

  /** The patches that make a row lie one behind the other, so they already are that row. */
  private FloatMatrix stacked(FloatMatrix tower) {
    FloatMatrix patches = PatchEmbedding.withoutClassToken(tower);
    return new FloatMatrix(patches.data(), config.rows(), config.rowLength());
  }
}
