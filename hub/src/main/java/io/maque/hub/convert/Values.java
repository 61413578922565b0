package io.maque.hub.convert;

import io.maque.hub.checkpoint.StoredTensor;
import io.maque.tensor.Shape;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * The numbers of a tensor in the layout that GGUF has, computed when they are asked for, so that a
 * model larger than memory can be converted. Any thread may ask.
 */
interface Values {
  /** Extents, contiguous first. */
  Shape shape();

  /**
   * Computes values in the order of storage.
   *
   * @param first index of the first
   * @param target receives {@code count} values from index {@code at} on
   */
  void decode(long first, float[] target, int at, int count);

  /** The bytes in {@code type}, where the checkpoint has just these. */
  default Optional<MemorySegment> bytes(TensorType type) {
    return Optional.empty();
  }

  /** A tensor as the checkpoint has it: the same order of elements, extents named in reverse. */
  static Values of(StoredTensor tensor) {
    return of(tensor, shape(tensor.extents()));
  }

  /** A tensor whose elements are counted in other extents, such as a patch embedding's. */
  static Values of(StoredTensor tensor, Shape shape) {
    return new Values() {
      @Override
      public Shape shape() {
        return shape;
      }

      @Override
      public void decode(long first, float[] target, int at, int count) {
        tensor.decode(first, target, at, count);
      }

      @Override
      public Optional<MemorySegment> bytes(TensorType type) {
        boolean same = tensor.type().tensorType().equals(Optional.of(type));
        return same && tensor.isContiguous() ? Optional.of(tensor.data()) : Optional.empty();
      }
    };
  }

  private static Shape shape(long[] extents) {
    long[] reversed = new long[extents.length];
    for (int i = 0; i < extents.length; i++) {
      reversed[i] = extents[extents.length - 1 - i];
    }
    return Shape.of(reversed);
  }

  /** The same number everywhere. */
  static Values constant(float value, Shape shape) {
    return new Values() {
      @Override
      public Shape shape() {
        return shape;
      }

      @Override
      public void decode(long first, float[] target, int at, int count) {
        Arrays.fill(target, at, at + count, value);
      }
    };
  }

  /** A vector of these numbers. */
  static Values of(List<Float> numbers) {
    return new Values() {
      @Override
      public Shape shape() {
        return Shape.of(numbers.size());
      }

      @Override
      public void decode(long first, float[] target, int at, int count) {
        for (int i = 0; i < count; i++) {
          target[at + i] = numbers.get((int) first + i);
        }
      }
    };
  }

  /** These values with {@code summand} added to each. */
  default Values plus(float summand) {
    Values original = this;
    return new Values() {
      @Override
      public Shape shape() {
        return original.shape();
      }

      @Override
      public void decode(long first, float[] target, int at, int count) {
        original.decode(first, target, at, count);
        for (int i = at; i < at + count; i++) {
          target[i] += summand;
        }
      }
    };
  }

  /**
   * Runs of these values in another order, or some of them.
   *
   * @param run length of a run, such as a row
   * @param origin the run of these values that becomes a given run
   */
  default Values runs(long run, Shape shape, LongUnaryOperator origin) {
    Values original = this;
    return new Values() {
      @Override
      public Shape shape() {
        return shape;
      }

      @Override
      public void decode(long first, float[] target, int at, int count) {
        int done = 0;
        while (done < count) {
          long index = first + done;
          long within = index % run;
          int size = (int) Math.min(run - within, count - done);
          original.decode(origin.applyAsLong(index / run) * run + within, target, at + done, size);
          done += size;
        }
      }
    };
  }

  /**
   * The rows of each head in the order of interleaved rotary pairs: row {@code 2i + s} is the
   * original's row {@code s · length/2 + i}. A vector is a matrix of one column.
   */
  default Values interleaved(long heads) {
    boolean vector = shape().rank() == 1;
    long rows = vector ? shape().columns() : shape().rows();
    long length = rows / heads;
    return runs(
        vector ? 1 : shape().columns(),
        shape(),
        row -> row / length * length + row % 2 * (length / 2) + row % length / 2);
  }

  /** Vectors one after the other, as one vector. */
  static Values joined(List<Values> vectors) {
    long length = vectors.stream().mapToLong(vector -> vector.shape().columns()).sum();
    return new Values() {
      @Override
      public Shape shape() {
        return Shape.of(length);
      }

      @Override
      public void decode(long first, float[] target, int at, int count) {
        long begin = 0;
        for (Values vector : vectors) {
          long end = begin + vector.shape().columns();
          long from = Math.max(first, begin);
          long to = Math.min(first + count, end);
          if (from < to) {
            vector.decode(from - begin, target, at + (int) (from - first), (int) (to - from));
          }
          begin = end;
        }
      }
    };
  }
}
