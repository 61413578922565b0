package io.maque.model.vision;

import io.maque.gguf.GgufFile;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.kernel.Kernels;
import io.maque.kernel.Workers;
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
 * The image encoder of MiniGPT-4 with Vicuna (GGUF projector type {@code minigpt4_qformer}): {@link
 * EvaClip}, of whose rows {@link QFormer} makes 32, and a linear layer to the text model's width.
 *
 * <p>Zhu et al. 2023, arXiv 2304.10592.
 */
public final class EvaQFormer implements ImageEncoder {
  /** The value of {@code clip.projector_type}. */
  public static final String PROJECTOR_TYPE = "minigpt4_qformer";

  /** Hyper-parameters. */
  record Config(EvaClip.Config tower, QFormer.Config qformer, int outputLength) {

    static Config read(GgufFile file) {
      EvaClip.Config tower = EvaClip.Config.read(file);
      return new Config(
          tower,
          QFormer.Config.read(file, tower.tower().embeddingLength()),
          EvaProjection.outputLength(file));
    }

    /** For messages about shapes. */
    String sizes() {
      return tower.tower().sizes() + " " + qformer.sizes();
    }
  }

  /** Tensors, named as in GGUF. */
  record Weights(EvaClip.Weights tower, QFormer.Weights qformer, Linear projLinear) {

    static Weights read(GgufFile file, Config config) {
      WeightReader weights = new WeightReader(file, config.sizes());
      Weights read =
          new Weights(
              EvaClip.Weights.read(weights, file, config.tower()),
              QFormer.Weights.read(weights, config.qformer()),
              EvaProjection.read(
                  weights, config.qformer().embeddingLength(), config.outputLength()));
      weights.requireAllRead();
      return read;
    }
  }

  private final Config config;
  private final EvaClip tower;
  private final QFormer qformer;
  private final FusedLinear projLinear;

  /**
   * Reads and checks hyper-parameters and tensors; the weights stay in the file.
   *
   * @throws UnsupportedModelException naming the key or tensor that is missing or not as this
   *     encoder has it
   */
  public EvaQFormer(GgufFile file, Kernels kernels) {
    config = Config.read(file);
    Weights weights = Weights.read(file, config);
    tower = new EvaClip(kernels, weights.tower(), config.tower());
    qformer = new QFormer(kernels, weights.qformer(), config.qformer());
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
    return new ImageGrid(1, config.qformer().queryCount());
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
        tower
            .forward(pixels, scratch, workers, stillWanted)
            .flatMap(context -> qformer.forward(context, scratch, workers, stillWanted));
    rows.ifPresent(found -> EvaProjection.forward(projLinear, found, out, scratch, workers));
    return rows.isPresent();
  }
}
