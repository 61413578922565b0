package io.maque.kernel.jit;

import io.maque.kernel.ActivationLayout;
import io.maque.kernel.F32Activations;
import io.maque.kernel.MatMul;
import io.maque.quant.BlockFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * The product with weights of floats, in f32. A few tokens are multiplied with the weights where
 * they lie; for many, and where a row does not end with a whole register, a {@link FloatPanel} is
 * filled first. Both ways run the code of {@link FloatProduct}, so they give the same bits.
 */
final class MatMulFloat implements MatMul {
  /** Most tiles of tokens for which converting weights anew costs less than storing them. */
  private static final int IN_PLACE_TILES = 3;

  /** One panel for each thread that ever multiplied; threads are few and live long. */
  private static final ThreadLocal<MemorySegment> PANEL =
      ThreadLocal.withInitial(
          () -> Arena.ofAuto().allocate((long) FloatPanel.ROWS * FloatPanel.STRIDE, 64));

  private final FloatFormat format;
  private final int lanes;
  private final int inPlaceTokens;
  private final String name;
  private final FloatTiles inPlace;
  private final FloatTiles inPanel;
  private final LazyFunction fill;

  MatMulFloat(FloatFormat format, Isa isa) {
    this.format = format;
    this.lanes = isa.bytes() / Float.BYTES;
    this.inPlaceTokens = IN_PLACE_TILES * FloatProduct.maxTokens(isa);
    this.name = "MatMul" + format.type() + isa.suffix();
    this.inPlace = new FloatTiles(format, FloatProduct.Ahead.WEIGHTS, isa);
    this.inPanel = new FloatTiles(FloatFormat.F32, FloatProduct.Ahead.ACTIVATIONS, isa);
    this.fill = new LazyFunction(() -> FloatPanel.generate(format, isa));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ActivationLayout activationLayout() {
    return F32Activations.INSTANCE;
  }

  @Override
  public void multiply(
      MemorySegment weight,
      int columns,
      MemorySegment x,
      int tokens,
      MemorySegment out,
      int outColumns,
      int rowBegin,
      int rowEnd) {
    // Machine code checks nothing: every byte it may touch is proven to be inside first.
    long rowBytes = format.type().bytes(columns);
    long xStride = activationLayout().bytes(columns);
    long outStride = (long) outColumns * Float.BYTES;
    Objects.checkIndex(0, columns);
    Objects.checkFromToIndex(rowBegin, rowEnd, outColumns);
    Objects.checkFromToIndex(0, rowEnd * rowBytes, weight.byteSize());
    Objects.checkFromToIndex(0, tokens * xStride, x.byteSize());
    Objects.checkFromToIndex(0, tokens * outStride, out.byteSize());

    for (int token = 0; token < tokens; token++) {
      long begin = token * outStride + (long) rowBegin * Float.BYTES;
      out.asSlice(begin, (long) (rowEnd - rowBegin) * Float.BYTES).fill((byte) 0);
    }
    boolean direct = tokens <= inPlaceTokens && columns % lanes == 0;
    for (int row = rowBegin; row < rowEnd; row += FloatPanel.ROWS) {
      int rows = Math.min(FloatPanel.ROWS, rowEnd - row);
      MemorySegment block = weight.asSlice(row * rowBytes, rows * rowBytes);
      MemorySegment blockOut = out.asSlice((long) row * Float.BYTES);
      FloatTiles.Tokens all = new FloatTiles.Tokens(tokens, x, xStride, blockOut, outStride);
      if (direct) {
        inPlace.multiply(block, rowBytes, rows, columns / lanes, all);
      } else {
        multiplyInPanel(block, rowBytes, rows, columns, all);
      }
    }
  }

  private void multiplyInPanel(
      MemorySegment weight, long rowBytes, int rows, int columns, FloatTiles.Tokens tokens) {
    MemorySegment panel = PANEL.get();
    for (int column = 0; column < columns; column += FloatProduct.STRETCH) {
      int width = Math.min(FloatProduct.STRETCH, columns - column);
      MemorySegment stretch = weight.asSlice((long) column * format.bytes());
      fill(panel, stretch, rowBytes, rows, width);
      int steps = Math.ceilDiv(width, lanes);
      inPanel.multiply(panel, FloatPanel.STRIDE, rows, steps, tokens.fromColumn(column));
    }
  }

  /** Fills the panel with {@code width} columns as f32, and zeros up to a whole register. */
  private void fill(MemorySegment panel, MemorySegment weight, long rowBytes, int rows, int width) {
    long steps = width / lanes;
    if (steps > 0) {
      fill.get()
          .call(weight, panel, MemorySegment.NULL, MemorySegment.NULL, rowBytes, rows, steps, 0, 0);
    }
    int whole = width / lanes * lanes;
    if (whole < width) {
      float[] tail = new float[lanes];
      BlockFormat decoder = BlockFormat.of(format.type());
      for (int row = 0; row < rows; row++) {
        long from = row * rowBytes + (long) whole * format.bytes();
        decoder.decode(weight, from, tail, 0, width - whole);
        long to = (long) row * FloatPanel.STRIDE + (long) whole * Float.BYTES;
        MemorySegment.copy(tail, 0, panel, ValueLayout.JAVA_FLOAT, to, lanes);
      }
    }
  }
}
