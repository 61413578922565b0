package io.maque.nn;

import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.util.Optional;

/**
 * The weights of a linear layer {@code y = W·x + b}. Run by {@link FusedLinear}.
 *
 * @param weight shape {@code [columns, rows]}: one row per output value
 * @param bias f32, one value per output, or empty
 */
public record Linear(Tensor weight, Optional<Tensor> bias) {

  public Linear {
    if (bias.isPresent()
        && (bias.get().type() != TensorType.F32
            || bias.get().shape().elements() != weight.rows())) {
      throw new IllegalArgumentException(
          "tensor %s: expected F32 [%d], found %s %s"
              .formatted(bias.get().name(), weight.rows(), bias.get().type(), bias.get().shape()));
    }
  }

  /** A layer without bias. */
  public Linear(Tensor weight) {
    this(weight, Optional.empty());
  }

  /** Values per input. */
  public int columns() {
    return weight.columns();
  }

  /** Values per output. */
  public int rows() {
    return weight.rows();
  }

  /**
   * The layer that computes outputs {@code [begin, end)} only, sharing memory: one of several
   * layers that a file stores as one tensor.
   */
  public Linear rows(int begin, int end) {
    return new Linear(rows(weight, begin, end), bias.map(b -> elements(b, begin, end)));
  }

  private static Tensor rows(Tensor tensor, int begin, int end) {
    long rowBytes = tensor.rowBytes();
    return new Tensor(
        tensor.name(),
        tensor.type(),
        Shape.of(tensor.columns(), end - begin),
        tensor.data().asSlice(begin * rowBytes, (end - begin) * rowBytes));
  }

  private static Tensor elements(Tensor vector, int begin, int end) {
    return new Tensor(
        vector.name(),
        vector.type(),
        Shape.of(end - begin),
        vector.data().asSlice((long) begin * Float.BYTES, (long) (end - begin) * Float.BYTES));
  }
}
