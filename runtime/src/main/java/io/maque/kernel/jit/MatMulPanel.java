package io.maque.kernel.jit;

import io.maque.asm.ExecutableMemory;
import io.maque.kernel.ActivationLayout;
import io.maque.kernel.MatMul;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The product with weights of one format: sixteen rows at a time are unpacked to a panel that stays
 * in the first-level cache, a stretch of columns after the other, and each panel serves all tokens.
 */
final class MatMulPanel implements MatMul {
  /** Panel blocks unpacked at once: 16 to 20 KB, half of a first-level cache of 48 KB. */
  private static final int STRETCH_BLOCKS = 32;

  /** One panel for each thread that ever multiplied; threads are few and live long. */
  private static final ThreadLocal<MemorySegment> PANEL =
      ThreadLocal.withInitial(() ->
          Arena.ofAuto()
              .allocate((long) STRETCH_BLOCKS * (Panel.SECOND_SCALES + 4 * Panel.ROWS), 64));

  private static final FunctionDescriptor PACK =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG);

  private static final FunctionDescriptor PRODUCT =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT);

  private final PanelPacker packer;
  private final TensorType type;
  private final Q8Activations activations;
  private final String name;

  /** Generated when first needed: a model uses two or three formats, and few token counts. */
  private volatile MethodHandle pack;

  private final AtomicReferenceArray<MethodHandle> products =
      new AtomicReferenceArray<>(PanelProduct.MAX_TOKENS + 1);

  MatMulPanel(PanelPacker packer, Q8Activations activations, String feature) {
    this.packer = packer;
    this.type = packer.type();
    this.activations = activations;
    this.name = "MatMul" + type + feature;
  }

  private MethodHandle pack() {
    MethodHandle handle = pack;
    if (handle == null) {
      synchronized (this) {
        handle = pack;
        if (handle == null) {
          handle = ExecutableMemory.function(packer.generate().toBytes(), PACK);
          pack = handle;
        }
      }
    }
    return handle;
  }

  private MethodHandle product(int tokens) {
    MethodHandle handle = products.get(tokens);
    if (handle == null) {
      synchronized (this) {
        handle = products.get(tokens);
        if (handle == null) {
          byte[] code = new PanelProduct(packer.panel(), tokens).generate().toBytes();
          handle = ExecutableMemory.function(code, PRODUCT);
          products.set(tokens, handle);
        }
      }
    }
    return handle;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ActivationLayout activationLayout() {
    return activations;
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
    long rowBytes = type.bytes(columns);
    long xStride = activations.bytes(columns);
    Objects.checkFromToIndex(rowBegin, rowEnd, outColumns);
    Objects.checkFromToIndex(0, rowEnd * rowBytes, weight.byteSize());
    Objects.checkFromToIndex(0, tokens * xStride, x.byteSize());
    Objects.checkFromToIndex(0, (long) tokens * outColumns * Float.BYTES, out.byteSize());

    int whole = rowBegin + (rowEnd - rowBegin) / Panel.ROWS * Panel.ROWS;
    Product product = new Product(columns, x, xStride, tokens, out, outColumns);
    for (int row = rowBegin; row < whole; row += Panel.ROWS) {
      product.run(weight, row * rowBytes, row, Panel.ROWS);
    }
    if (whole < rowEnd) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment padded = arena.allocate(Panel.ROWS * rowBytes);
        int rest = rowEnd - whole;
        MemorySegment.copy(weight, whole * rowBytes, padded, 0, rest * rowBytes);
        product.run(padded, 0, whole, rest);
      }
    }
  }

  /** What does not change from panel to panel of one multiplication. */
  private final class Product {
    private final MethodHandle pack = pack();
    private final MemorySegment panel = PANEL.get();
    private final int columns;
    private final long rowBytes;
    private final MemorySegment x;
    private final long xStride;
    private final int tokens;
    private final MemorySegment out;
    private final int outColumns;

    Product(
        int columns, MemorySegment x, long xStride, int tokens, MemorySegment out, int outColumns) {
      this.columns = columns;
      this.rowBytes = type.bytes(columns);
      this.x = x;
      this.xStride = xStride;
      this.tokens = tokens;
      this.out = out;
      this.outColumns = outColumns;
    }

    /** Multiplies {@code rows} rows whose first starts at byte {@code offset} of {@code source}. */
    void run(MemorySegment source, long offset, int firstRow, int rows) {
      int stretchColumns = STRETCH_BLOCKS * Panel.BLOCK_COLUMNS;
      int mask = (1 << rows) - 1;
      for (int column = 0; column < columns; column += stretchColumns) {
        int width = Math.min(stretchColumns, columns - column);
        long stretch = type.bytes(column);
        long blocks = width / type.blockSize();
        long ahead = offset + Panel.ROWS * (rowBytes + stretch);
        Native.call(() -> {
          pack.invokeExact(source, offset + stretch, rowBytes, blocks, panel, ahead);
        });
        multiplyTokens(column, width, firstRow, mask);
      }
    }

    private void multiplyTokens(int column, int width, int firstRow, int mask) {
      long blocks = width / Panel.BLOCK_COLUMNS;
      long xOffset = (long) column / Panel.BLOCK_COLUMNS * Q8Activations.BLOCK_BYTES;
      long outStride = (long) outColumns * Float.BYTES;
      int first = column == 0 ? 1 : 0;
      for (int token = 0; token < tokens; token += PanelProduct.MAX_TOKENS) {
        MethodHandle product = product(Math.min(PanelProduct.MAX_TOKENS, tokens - token));
        MemorySegment tokenX = x.asSlice(token * xStride + xOffset);
        MemorySegment tokenOut = out.asSlice(token * outStride + (long) firstRow * Float.BYTES);
        Native.call(() -> {
          product.invokeExact(panel, tokenX, xStride, blocks, tokenOut, outStride, first, mask);
        });
      }
    }
  }
}
