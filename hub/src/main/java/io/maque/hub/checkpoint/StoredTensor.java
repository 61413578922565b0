package io.maque.hub.checkpoint;

import io.maque.quant.BlockFormat;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A tensor of a checkpoint: bytes of a mapped file, proven to lie inside it. Any thread may read.
 *
 * @param name its name in the checkpoint
 * @param file the file that holds it, for messages
 * @param type what an element is, little-endian
 * @param extents outermost first, as PyTorch counts; none for a single number
 * @param strides elements between neighbours along each extent
 * @param data from the first element on
 */
public record StoredTensor(
    String name,
    String file,
    ElementType type,
    long[] extents,
    long[] strides,
    MemorySegment data) {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A tensor whose rows follow each other without gaps. */
  static StoredTensor contiguous(
      String name, String file, ElementType type, long[] extents, MemorySegment data) {
    return new StoredTensor(name, file, type, extents, rowMajor(extents), data);
  }

  private static long[] rowMajor(long[] extents) {
    long[] strides = new long[extents.length];
    long stride = 1;
    for (int i = extents.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= extents[i];
    }
    return strides;
  }

  /** Number of elements. */
  public long elements() {
    return Arrays.stream(extents).reduce(1, (a, b) -> a * b);
  }

  /** Whether rows follow each other without gaps; strides along an extent of 1 mean nothing. */
  public boolean isContiguous() {
    long[] expected = rowMajor(extents);
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] != 1 && strides[i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Decodes elements of a floating-point tensor in row-major order.
   *
   * @param first index of the first
   * @param target receives {@code count} values from index {@code at} on
   * @throws CheckpointException when the elements are no floating-point numbers of at most 32 bits
   */
  public void decode(long first, float[] target, int at, int count) {
    TensorType format =
        type.tensorType()
            .orElseThrow(() ->
                new CheckpointException(
                    "%s: tensor %s: expected F32, F16 or BF16, found %s"
                        .formatted(file, name, type)));
    BlockFormat decoder = BlockFormat.of(format);
    if (isContiguous()) {
      decoder.decode(data, first * type.bytes(), target, at, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      decoder.decodeBlock(data, position(first + i) * type.bytes(), target, at + i);
    }
  }

  /** Where the element of this row-major index is, in elements from the first. */
  private long position(long index) {
    long rest = index;
    long position = 0;
    for (int i = extents.length - 1; i >= 0; i--) {
      position += rest % extents[i] * strides[i];
      rest /= extents[i];
    }
    return position;
  }

  /** The {@code index}-th element of a contiguous tensor of {@link ElementType#I32}. */
  public int int32(long index) {
    return data.get(INT, index * Integer.BYTES);
  }

  /** As in messages: {@code F16 [4096, 768]}. */
  public String description() {
    return type
        + Arrays.stream(extents)
            .mapToObj(Long::toString)
            .collect(Collectors.joining(", ", " [", "]"));
  }
}
