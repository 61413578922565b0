package io.maque.kernel.jit;

import java.lang.foreign.MemorySegment;

/** {@link FloatProduct} for any number of rows and tokens: each tile shape is generated once. */
final class FloatTiles {
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
              () -> new FloatProduct(format, ahead, isa, FloatProduct.ROWS, tokens).generate());
      singles[i] =
          new LazyFunction(() -> new FloatProduct(format, ahead, isa, 1, tokens).generate());
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
        long groups = quadRows / FloatProduct.ROWS;
        call(quads[width], weight, stride, groups, x, steps, out, tokens);
      }
      if (quadRows < rows) {
        MemorySegment rest = weight.asSlice(quadRows * stride);
        MemorySegment restOut = out.asSlice((long) quadRows * Float.BYTES);
        call(singles[width], rest, stride, rows - quadRows, x, steps, restOut, tokens);
      }
    }
  }

  private static void call(
      LazyFunction product,
      MemorySegment weight,
      long stride,
      long groups,
      MemorySegment x,
      int steps,
      MemorySegment out,
      Tokens tokens) {
    product
        .get()
        .call(
            weight,
            x,
            out,
            MemorySegment.NULL,
            stride,
            groups,
            tokens.xStride,
            steps,
            tokens.outStride);
  }
}
