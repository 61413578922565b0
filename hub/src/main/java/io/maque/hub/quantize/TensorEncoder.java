package io.maque.hub.quantize;

import io.maque.kernel.Workers;
import io.maque.quant.BlockEncoder;
import io.maque.quant.BlockFormat;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.LongConsumer;

/**
 * Writes tensors in another format. Rows hold whole blocks of both formats, so a tensor is one
 * sequence of blocks: pieces of it are decoded and encoded by the workers and written slab after
 * slab. Memory does not depend on the size of tensors or rows. Not for use by several threads.
 */
final class TensorEncoder {
  /** Elements that a worker decodes at a time: whole blocks of every format. */
  private static final int PIECE = 8192;

  private static final int PIECES_PER_SLAB = 256;
  private static final long SLAB = (long) PIECE * PIECES_PER_SLAB;
  private static final int MAX_BYTES_PER_ELEMENT = Float.BYTES;

  private final Workers workers;
  private final float[][] values;
  private final byte[] slab = new byte[PIECE * PIECES_PER_SLAB * MAX_BYTES_PER_ELEMENT];

  TensorEncoder(Workers workers) {
    this.workers = workers;
    this.values = new float[workers.threads()][PIECE];
  }

  /**
   * Writes {@code tensor} as {@code type} to {@code target}.
   *
   * @param done told after each slab how many bytes of the source it held
   * @throws QuantizeException when a value is not finite, or too large for the scales of {@code
   *     type}
   */
  void write(WeightSource tensor, TensorType type, WritableByteChannel target, LongConsumer done)
      throws IOException {
    BlockEncoder encoder =
        BlockFormat.findEncoder(type)
            .orElseThrow(() -> new IllegalArgumentException("no encoder of " + type));
    MemorySegment encoded = MemorySegment.ofArray(slab);
    long elements = tensor.shape().elements();
    for (long begin = 0; begin < elements; begin += SLAB) {
      long first = begin;
      int count = (int) Math.min(SLAB, elements - begin);
      workers.forEachRange(
          Math.ceilDiv(count, PIECE),
          1,
          (from, to, worker) -> {
            for (int piece = from; piece < to; piece++) {
              int at = piece * PIECE;
              int size = Math.min(PIECE, count - at);
              float[] decoded = values[worker];
              tensor.decode(first + at, decoded, size);
              requireFinite(decoded, size, tensor, first + at);
              encoder.encode(decoded, 0, size, encoded, type.bytes(at));
              encoder.decode(encoded, type.bytes(at), decoded, 0, size);
              requireInRange(decoded, size, tensor, type);
            }
          });
      ByteBuffer bytes = ByteBuffer.wrap(slab, 0, Math.toIntExact(type.bytes(count)));
      while (bytes.hasRemaining()) {
        target.write(bytes);
      }
      done.accept(tensor.type().bytes(count));
    }
  }

  private static void requireFinite(float[] values, int count, WeightSource tensor, long first) {
    int at = firstNotFinite(values, count);
    if (at < count) {
      throw new QuantizeException(
          "tensor %s: expected finite values, found %s at element %d; the file is damaged or its training failed"
              .formatted(tensor.name(), values[at], first + at));
    }
  }

  private static void requireInRange(
      float[] values, int count, WeightSource tensor, TensorType type) {
    if (firstNotFinite(values, count) < count) {
      throw new QuantizeException(
          "tensor %s: its values are too large for %s, whose numbers of 16 bits end at 65504; BF16 and F32 hold them"
              .formatted(tensor.name(), type));
    }
  }

  private static int firstNotFinite(float[] values, int count) {
    int at = 0;
    while (at < count && Float.isFinite(values[at])) {
      at++;
    }
    return at;
  }
}
