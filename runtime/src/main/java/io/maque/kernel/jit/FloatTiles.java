package io.maque.kernel.jit;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** {@link FloatProduct} for any number of rows and tokens: each tile shape is generated once. */
final class FloatTiles {
  private static final FunctionDescriptor PRODUCT =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG);

  private final int maxTokens;

  /** By tokens; for tiles of {@link FloatProduct#ROWS} rows, and of one. */
  private final LazyFunction[] quads;

  private final LazyFunction[] singles;

  FloatTiles(FloatFormat format, FloatProduct.Ahead ahead, Isa isa) {
    this.maxTokens = FloatProduct.maxTokens(isa);
    this.quads = new LazyFunction[maxTokens + 1];
    this.singles = new LazyFunction[maxTokens + 1];
    for (int i = 1; i <= maxTokens; i++) {
      int tokens = i;
      quads[i] =
          new LazyFunction(
              () -> new FloatProduct(format, ahead, isa, FloatProduct.ROWS, tokens).generate(),
              PRODUCT);
      singles[i] =
          new LazyFunction(
              () -> new FloatProduct(format, ahead, isa, 1, tokens).generate(), PRODUCT);
    }
  }

  /** All activations of a multiplication and where their results go. */
  record Tokens(int count, MemorySegment x, long xStride, MemorySegment out, long outStride) {

    Tokens fromColumn(int column) {
      return new Tokens(count, x.asSlice((long) column * Float.BYTES), xStride, out, outStride);
    }
  }

  /**
   * Adds the products with {@code rows} rows, {@code steps} registers each, to the results.
   *
   * @param weight the first row, those after it {@code stride} bytes apart
   */
  void multiply(MemorySegment weight, long stride, int rows, int steps, Tokens tokens) {
    int quadRows = rows / FloatProduct.ROWS * FloatProduct.ROWS;
    for (int token = 0; token < tokens.count; token += maxTokens) {
      int width = Math.min(maxTokens, tokens.count - token);
      MemorySegment x = tokens.x.asSlice(token * tokens.xStride);
      MemorySegment out = tokens.out.asSlice(token * tokens.outStride);
      if (quadRows > 0) {
        MethodHandle product = quads[width].handle();
        long groups = quadRows / FloatProduct.ROWS;
        Native.call(() -> {
          product.invokeExact(
              weight, stride, groups, x, tokens.xStride, (long) steps, out, tokens.outStride);
        });
      }
      if (quadRows < rows) {
        MethodHandle product = singles[width].handle();
        MemorySegment rest = weight.asSlice(quadRows * stride);
        MemorySegment restOut = out.asSlice((long) quadRows * Float.BYTES);
        long groups = rows - quadRows;
        Native.call(() -> {
          product.invokeExact(
              rest, stride, groups, x, tokens.xStride, (long) steps, restOut, tokens.outStride);
        });
      }
    }
  }
}
