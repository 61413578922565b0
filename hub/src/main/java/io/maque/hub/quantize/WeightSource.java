package io.maque.hub.quantize;

import io.maque.quant.BlockFormat;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A tensor that is to be written: what it is called and shaped, and its values whenever somebody
 * asks. Any number of threads may ask at the same time.
 */
public interface WeightSource {
  /** The name in the new file. */
  String name();

  /** The format that the new file gives it unless a rule says otherwise. */
  TensorType type();

  /** Extents, contiguous first. */
  Shape shape();

  /**
   * Decodes values in the order of storage.
   *
   * @param first index of the first; begins a block of {@link #type}
   * @param target receives {@code count} values from index 0 on
   */
  void decode(long first, float[] target, int count);

  /** The bytes in the format {@link #type}, where they exist as they would be written. */
  Optional<MemorySegment> bytes();

  /** How many bytes it takes in a format whose blocks divide its rows. */
  default long byteSize(TensorType format) {
    return Math.multiplyExact(format.bytes(shape().columns()), shape().rows());
  }

  /** A tensor as it is. */
  static WeightSource of(Tensor tensor) {
    BlockFormat decoder = BlockFormat.of(tensor.type());
    return new WeightSource() {
      @Override
      public String name() {
        return tensor.name();
      }

      @Override
      public TensorType type() {
        return tensor.type();
      }

      @Override
      public Shape shape() {
        return tensor.shape();
      }

      @Override
      public void decode(long first, float[] target, int count) {
        decoder.decode(tensor.data(), tensor.type().bytes(first), target, 0, count);
      }

      @Override
      public Optional<MemorySegment> bytes() {
        return Optional.of(tensor.data());
      }
    };
  }
}
