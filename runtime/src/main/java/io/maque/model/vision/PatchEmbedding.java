package io.maque.model.vision;

import io.maque.image.PixelTensor;
import io.maque.image.RgbImage;
import io.maque.kernel.Kernels;
import io.maque.model.UnsupportedModelException;
import io.maque.model.WeightReader;
import io.maque.nn.Coordinates;
import io.maque.nn.Embedding;
import io.maque.nn.FusedLinear;
import io.maque.nn.Linear;
import io.maque.nn.Residual;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What goes into the first block of a vision transformer (Dosovitskiy et al. 2020, arXiv
 * 2010.11929): the picture is cut into square patches, line by line, and each becomes a row; a
 * class token comes <b>before</b> them and has position 0; every row gets its learned position.
 */
final class PatchEmbedding {
  private static final int CLASS_TOKENS = 1;

  /**
   * Tensors, named as in GGUF.
   *
   * @param patchEmbd the convolution, whose stride is its width, as a linear layer over patches
   * @param positionEmbd one row per position
   */
  record Weights(Tensor classEmbd, Linear patchEmbd, Tensor positionEmbd) {

    /**
     * @param positions rows of the table of positions, which are those of another grid when they
     *     are not as many as the tower has
     * @param bias of the layer over patches, where it has one
     */
    static Weights read(
        WeightReader weights, VisionConfig config, int positions, Optional<Tensor> bias) {
      int embedding = config.embeddingLength();
      return new Weights(
          weights.vector("v.class_embd", embedding),
          new Linear(kernel(weights, config, "v.patch_embd.weight"), bias),
          weights.matrix("v.position_embd.weight", embedding, positions));
    }

    /** A convolution whose stride is its width, as the rows of a linear layer over patches. */
    static Tensor kernel(WeightReader weights, VisionConfig config, String name) {
      int size = config.patchSize();
      Shape kernel = Shape.of(size, size, RgbImage.CHANNELS, config.embeddingLength());
      Tensor tensor = weights.tensor(name, kernel);
      if (tensor.type().blockSize() != 1) {
        throw new UnsupportedModelException(
            "tensor %s: expected a type without blocks, found %s"
                .formatted(tensor.name(), tensor.type()));
      }
      Shape rows = Shape.of(config.patchLength(), config.embeddingLength());
      return new Tensor(tensor.name(), tensor.type(), rows, tensor.data());
    }
  }

  private final VisionConfig config;
  private final Tensor classEmbd;
  private final FusedLinear patchEmbd;
  private final Embedding positionEmbd;
  private final int storedPositions;
  private final Residual residual;

  PatchEmbedding(Kernels kernels, Weights weights, VisionConfig config) {
    this.config = config;
    classEmbd = weights.classEmbd();
    patchEmbd = new FusedLinear(kernels, weights.patchEmbd());
    positionEmbd = new Embedding(weights.positionEmbd());
    storedPositions = weights.positionEmbd().rows();
    residual = new Residual(kernels);
  }

  /** Scratch memory for preparing the patches of a picture. */
  long preparedBytes() {
    return patchEmbd.preparedBytes(config.patches());
  }

  /**
   * Writes {@link VisionPass#hidden()}: {@code positions × embeddingLength}.
   *
   * @param scratch memory of this call
   */
  void forward(PixelTensor pixels, VisionPass pass, Arena scratch) {
    FloatMatrix hidden = pass.hidden();
    FloatMatrix patches = FloatMatrix.allocate(scratch, config.patches(), config.patchLength());
    Coordinates lineByLine =
        (patch, axis) -> axis == 0 ? patch / config.grid() : patch % config.grid();
    Patches.cut(pixels, config.patchSize(), lineByLine, patches, pass.workers());
    MemorySegment.copy(classEmbd.data(), 0, hidden.data(), 0, hidden.offset(CLASS_TOKENS));
    FloatMatrix rows = withoutClassToken(hidden);
    patchEmbd.forward(patches, pass.prepared(), pass.workers(), rows);
    residual.add(hidden, positions(scratch), pass.workers());
  }

  /** The rows of the patches among those of a tower. */
  static FloatMatrix withoutClassToken(FloatMatrix rows) {
    return rows.rows(CLASS_TOKENS, rows.rows() - CLASS_TOKENS);
  }

  private FloatMatrix positions(Arena scratch) {
    FloatMatrix stored = FloatMatrix.allocate(scratch, storedPositions, config.embeddingLength());
    positionEmbd.forward(IntStream.range(0, storedPositions).toArray(), stored, 0);
    if (storedPositions == config.positions()) {
      return stored;
    }
    FloatMatrix positions =
        FloatMatrix.allocate(scratch, config.positions(), config.embeddingLength());
    MemorySegment.copy(stored.row(0), 0, positions.data(), 0, positions.offset(CLASS_TOKENS));
    BicubicGrid.resample(withoutClassToken(stored), withoutClassToken(positions));
    return positions;
  }
}
