package io.maque.kernel.vector;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Decodes quantised blocks after copying them to the heap, a row at a time.
 *
 * <p>The copy stays in the L1 cache and costs little. Vector loads straight from a segment must be
 * compiled for one class of segments: as soon as both a mapped file and native memory had passed
 * through the same load, it ran at half the speed, and with heap memory as a third kind at a tenth.
 * Array bounds, moreover, are checked once per loop.
 */
abstract class BlockDecoder implements RowDecoder {
  private byte[] blocks = {};

  @Override
  public final void decode(MemorySegment source, long offset, float[] target, int at, int count) {
    int bytes = Math.toIntExact(type().bytes(count));
    if (blocks.length < bytes) {
      blocks = new byte[bytes];
    }
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, blocks, 0, bytes);
    decodeBlocks(blocks, target, at, count);
  }

  /** The format of the blocks. */
  abstract TensorType type();

  /** As {@link #decode}, from blocks that begin at index 0. */
  abstract void decodeBlocks(byte[] source, float[] target, int at, int count);
}
