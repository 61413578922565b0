package io.maque.kernel.jit;

import io.maque.asm.CodeBuffer;
import io.maque.kernel.ActivationLayout;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Activations as integers with one scale per 32 columns, in one or two planes of bytes. One block
 * is
 *
 * <pre>
 *     0  high  s8[32]  with one plane: q = round(x · 127 / max|x|), ties to even
 *    32  low   s8[32]  with two: q = 128 · high + low = round(x · 16256 / max|x|), -64 ≤ low &lt; 64
 *        d     f32     max|x| / 127, or / 16256
 *        sum   f32     d · Σ q
 *        n32   s32     -Σ q
 *        n16   s32     -Σ q over columns 0 to 15
 * </pre>
 *
 * and the smallest q where x is no number. The negated sums start the integer accumulators of
 * formats whose unsigned values carry an offset.
 *
 * <p>One plane errs by up to a 254th of a block's largest value, less than the rounding of the
 * weights it meets costs. Weights of eight bits deserve better, above all those of the last layer,
 * whose logits decide, and so do those of Q4_1 and Q5_1, the formats of the smallest models, whose
 * answers turn on less: they are given two planes.
 */
public final class QuantisedActivations implements ActivationLayout {
  public static final int BLOCK_COLUMNS = 32;

  /** Magnitudes below this count as zero, so that the largest integer divided by one is finite. */
  public static final float SMALLEST = 1e-35f;

  /** log₂ of what the high plane counts. */
  public static final int HIGH_BITS = 7;

  private static final int LINE_BYTES = 64;

  private final int planes;
  private final LazyFunction quantise;

  /**
   * @param planes 1 or 2
   * @param quantise code of {@code void quantise(const float* x, void* target, void*, void*, long
   *     blocks)}, which writes one activation
   */
  public QuantisedActivations(int planes, Supplier<? extends CodeBuffer> quantise) {
    this.planes = planes;
    this.quantise = new LazyFunction(quantise);
  }

  /** The integer that the largest magnitude of a block becomes. */
  public static int largest(int planes) {
    return planes == 1 ? 127 : 127 << HIGH_BITS;
  }

  int planes() {
    return planes;
  }

  /** Bytes of one block. */
  public static int blockBytes(int planes) {
    return n16(planes) + Integer.BYTES;
  }

  public static int d(int planes) {
    return planes * BLOCK_COLUMNS;
  }

  public static int sum(int planes) {
    return d(planes) + 4;
  }

  public static int n32(int planes) {
    return d(planes) + 8;
  }

  public static int n16(int planes) {
    return d(planes) + 12;
  }

  @Override
  public String name() {
    return planes == 1 ? "Q8" : "Q15";
  }

  @Override
  public long bytes(int columns) {
    long bytes = (long) columns / BLOCK_COLUMNS * blockBytes(planes);
    return Math.ceilDiv(bytes, LINE_BYTES) * LINE_BYTES;
  }

  @Override
  public void write(
      MemorySegment source, int columns, int tokenBegin, int tokenEnd, MemorySegment target) {
    long sourceBytes = (long) columns * Float.BYTES;
    long targetBytes = bytes(columns);
    Objects.checkFromToIndex(0, tokenEnd * sourceBytes, source.byteSize());
    Objects.checkFromToIndex(0, tokenEnd * targetBytes, target.byteSize());
    long blocks = columns / BLOCK_COLUMNS;
    for (int token = tokenBegin; token < tokenEnd; token++) {
      MemorySegment x = source.asSlice(token * sourceBytes);
      MemorySegment q = target.asSlice(token * targetBytes);
      quantise.get().call(x, q, MemorySegment.NULL, MemorySegment.NULL, blocks, 0);
    }
  }
}
