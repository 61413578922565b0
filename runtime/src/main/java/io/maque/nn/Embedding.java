package io.maque.nn;

import io.maque.quant.BlockFormat;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Token embedding: row {@code id} of the weight is the embedding of token {@code id}. */
public final class Embedding {
  private final Tensor weight;
  private final BlockFormat format;

  public Embedding(Tensor weight) {
    this.weight = weight;
    this.format = BlockFormat.of(weight.type());
  }

  /**
   * Writes the embeddings of {@code tokens} to the rows of {@code out} from {@code firstRow} on.
   *
   * @throws IllegalArgumentException when a token is not in the vocabulary
   */
  public void forward(int[] tokens, FloatMatrix out, int firstRow) {
    int columns = weight.columns();
    float[] values = new float[columns];
    for (int i = 0; i < tokens.length; i++) {
      int token = tokens[i];
      if (token < 0 || token >= weight.rows()) {
        throw new IllegalArgumentException(
            "token id: expected 0 to %d, found %d".formatted(weight.rows() - 1, token));
      }
      format.decode(weight.data(), token * weight.rowBytes(), values, 0, columns);
      MemorySegment.copy(
          values, 0, out.data(), ValueLayout.JAVA_FLOAT, out.offset(firstRow + i), columns);
    }
  }
}
