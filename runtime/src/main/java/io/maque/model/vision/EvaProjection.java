package io.maque.model.vision;

import io.maque.gguf.GgufFile;
import io.maque.kernel.Workers;
import io.maque.model.HyperParameters;
import io.maque.model.ImageEmbedding;
import io.maque.model.UnsupportedModelException;
import io.maque.model.WeightReader;
import io.maque.nn.FusedLinear;
import io.maque.nn.Linear;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The linear layer to the width of the text model that both of MiniGPT-4's encoders end with. */
final class EvaProjection {
  private static final String NAME = "v.proj_linear";
  private static final String WIDTH = "projection_dim";

  private EvaProjection() {}

  /** Embedding length of the text model. */
  static int outputLength(GgufFile file) {
    HyperParameters parameters = new HyperParameters(file, VisionConfig.PREFIX);
    int rows = parameters.tensorRows(NAME + ".weight");
    Optional<Integer> said = parameters.findInteger(WIDTH, 1, Integer.MAX_VALUE);
    if (said.isPresent() && said.get() != rows) {
      throw new UnsupportedModelException(
          "key %s.%s: expected the %d rows of tensor %s.weight, found %d"
              .formatted(VisionConfig.PREFIX, WIDTH, rows, NAME, said.get()));
    }
    return rows;
  }

  static Linear read(WeightReader weights, int columns, int outputLength) {
    return weights.biasedLinear(NAME, columns, outputLength);
  }

  static void forward(
      FusedLinear layer, FloatMatrix rows, ImageEmbedding out, Arena scratch, Workers workers) {
    MemorySegment prepared =
        scratch.allocate(layer.preparedBytes(rows.rows()), VisionPass.ALIGNMENT_BYTES);
    layer.forward(rows, prepared, workers, out.rows());
  }
}
