package io.maque.kernel.jit;

import io.maque.asm.ExecutableMemory;
import io.maque.kernel.ActivationLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * Activations as 8-bit integers with one scale per 32 columns. One block is
 *
 * <pre>
 *    0  q     s8[32]  round(x · 127 / max|x|), ties to even; -127 where x is no number
 *   32  d     f32     max|x| / 127
 *   36  sum   f32     d · Σ q
 *   40  n32   s32     -Σ q
 *   44  n16   s32     -Σ q over columns 0 to 15
 * </pre>
 *
 * so |q| ≤ 127. The negated sums start the integer accumulators of formats whose unsigned values
 * carry an offset.
 */
final class Q8Activations implements ActivationLayout {
  static final int BLOCK_BYTES = 48;
  static final int D = 32;
  static final int SUM = 36;
  static final int N32 = 40;
  static final int N16 = 44;

  private static final int LINE_BYTES = 64;

  private static final FunctionDescriptor QUANTISE =
      FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

  private final MethodHandle quantise =
      ExecutableMemory.function(new QuantiseQ8().generate().toBytes(), QUANTISE);

  @Override
  public String name() {
    return "Q8";
  }

  @Override
  public long bytes(int columns) {
    return strideBytes(columns);
  }

  static long strideBytes(int columns) {
    long bytes = (long) columns / Panel.BLOCK_COLUMNS * BLOCK_BYTES;
    return Math.ceilDiv(bytes, LINE_BYTES) * LINE_BYTES;
  }

  @Override
  public void write(
      MemorySegment source, int columns, int tokenBegin, int tokenEnd, MemorySegment target) {
    long sourceBytes = (long) columns * Float.BYTES;
    long targetBytes = bytes(columns);
    Objects.checkFromToIndex(0, tokenEnd * sourceBytes, source.byteSize());
    Objects.checkFromToIndex(0, tokenEnd * targetBytes, target.byteSize());
    long blocks = columns / Panel.BLOCK_COLUMNS;
    for (int token = tokenBegin; token < tokenEnd; token++) {
      MemorySegment x = source.asSlice(token * sourceBytes);
      MemorySegment q = target.asSlice(token * targetBytes);
      Native.call(() -> {
        quantise.invokeExact(x, q, blocks);
      });
    }
  }
}
