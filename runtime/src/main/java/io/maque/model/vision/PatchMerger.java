package io.maque.model.vision;

import io.maque.kernel.Activation;
import io.maque.kernel.Kernels;
import io.maque.model.WeightReader;
import io.maque.nn.LayerNorm;
import io.maque.nn.Linear;
import io.maque.nn.Mlp;
import io.maque.tensor.FloatMatrix;

/**
 * Makes a row of the text model of each square of patches, which stand side by side: a layer norm
 * and two layers with exact GELU between them over the patches of a square as one row.
 *
 * @param norm over each patch, or over each square where that is its length
 */
record PatchMerger(LayerNorm norm, int normLength, Mlp mlp, int mergedLength) {

  /** Tensors, whose names differ from merger to merger. */
  record Weights(Norm norm, Linear fc1, Linear fc2) {

    /**
     * @param normLength values that are normalised together
     * @param mergedLength values of a square
     */
    static Weights read(
        WeightReader weights,
        String norm,
        String fc1,
        String fc2,
        int normLength,
        int mergedLength,
        int outputLength) {
      return new Weights(
          Norm.read(weights, norm, normLength),
          weights.biasedLinear(fc1, mergedLength, mergedLength),
          weights.biasedLinear(fc2, mergedLength, outputLength));
    }
  }

  static PatchMerger of(Kernels kernels, Weights weights, float epsilon) {
    return new PatchMerger(
        weights.norm().layer(kernels, epsilon),
        weights.norm().weight().columns(),
        new Mlp(kernels, weights.fc1(), Activation.GELU, weights.fc2()),
        weights.fc1().columns());
  }

  /** Scratch memory for a picture of {@code patches} patches of {@code patchLength} values. */
  long preparedBytes(int patches, int patchLength) {
    return mlp.preparedBytes(squares(VisionPass.pieceRows(patches), patchLength));
  }

  /**
   * Merges the patches of {@link VisionPass#hidden()}, which stays as it is.
   *
   * @param out one row per square
   */
  void forward(VisionPass x, FloatMatrix out) {
    int patchLength = x.hidden().columns();
    x.forEachPiece(piece -> {
      FloatMatrix patches = piece.of(x.hidden());
      FloatMatrix normed = x.normed().firstRows(piece.rows());
      FloatMatrix inner = x.branch().firstRows(piece.rows());
      norm.forward(seenWith(patches, normLength), seenWith(normed, normLength), x.workers());
      mlp.forward(
          seenWith(normed, mergedLength),
          seenWith(inner, mergedLength),
          out.rows(squares(piece.begin(), patchLength), squares(piece.rows(), patchLength)),
          x.prepared(),
          x.workers());
    });
  }

  private int squares(int patches, int patchLength) {
    return patches / (mergedLength / patchLength);
  }

  /** The same values in rows of another length. */
  private static FloatMatrix seenWith(FloatMatrix matrix, int columns) {
    long values = (long) matrix.rows() * matrix.columns();
    return new FloatMatrix(matrix.data(), (int) (values / columns), columns);
  }
}
