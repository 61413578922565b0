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
 * The product with weights of one format: as many rows as a register has elements are unpacked to a
 * {@link Panel} that stays in the first-level cache, a stretch of columns after the other, and each
 * panel serves all tokens.
 */
final class MatMulPanel implements MatMul {
  /** Rows times blocks unpacked at once: 18 to 20 KB, half of a first-level cache. */
  private static final int STRETCH_ROW_BLOCKS = 512;

  private static final long MAX_PANEL_BYTES = STRETCH_ROW_BLOCKS * 40L;

  /** One panel for each thread that ever multiplied; threads are few and live long. */
  private static final ThreadLocal<MemorySegment> PANEL =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(MAX_PANEL_BYTES, 64));

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
          ValueLayout.JAVA_INT);

  private final PanelPacker packer;
  private final TensorType type;
  private final Panel panel;
  private final int maxTokens;
  private final QuantisedActivations activations;
  private final String name;

  /** Generated when first needed: a model uses two or three formats, and few token counts. */
  private volatile MethodHandle pack;

  private final AtomicReferenceArray<MethodHandle> products;

  MatMulPanel(PanelPacker packer, QuantisedActivations activations) {
    this.packer = packer;
    this.type = packer.type;
    this.panel = packer.panel;
    this.maxTokens = PanelProduct.maxTokens(panel.isa());
    this.products = new AtomicReferenceArray<>(maxTokens + 1);
    this.activations = activations;
    this.name = "MatMul" + type + panel.isa().suffix();
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
          byte[] code = new PanelProduct(panel, tokens).generate().toBytes();
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

    Product product = new Product(columns, x, xStride, tokens);
    int panelRows = panel.rows();
    if (rowEnd - rowBegin >= panelRows) {
      // The last panel begins early where rows are left over, and computes some a second time.
      for (int row = rowBegin; row < rowEnd; row += panelRows) {
        int first = Math.min(row, rowEnd - panelRows);
        product.run(weight, first * rowBytes, out, first, outColumns);
      }
    } else if (rowBegin < rowEnd) {
      multiplyPadded(product, weight, rowBegin * rowBytes, out, rowBegin, outColumns, rowEnd);
    }
  }

  /** Fewer rows than a panel has: the machine code works on copies that have room for all. */
  private void multiplyPadded(
      Product product,
      MemorySegment weight,
      long offset,
      MemorySegment out,
      int rowBegin,
      int outColumns,
      int rowEnd) {
    int rows = rowEnd - rowBegin;
    long bytes = (long) rows * Float.BYTES;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment someRows = arena.allocate(panel.rows() * product.rowBytes);
      MemorySegment someOut = arena.allocate((long) product.tokens * panel.rows() * Float.BYTES);
      MemorySegment.copy(weight, offset, someRows, 0, rows * product.rowBytes);
      product.run(someRows, 0, someOut, 0, panel.rows());
      for (int token = 0; token < product.tokens; token++) {
        long from = (long) token * panel.rows() * Float.BYTES;
        long to = ((long) token * outColumns + rowBegin) * Float.BYTES;
        MemorySegment.copy(someOut, from, out, to, bytes);
      }
    }
  }

  /** What does not change from panel to panel of one multiplication. */
  private final class Product {
    private final MethodHandle pack = pack();
    private final MemorySegment scratch = PANEL.get();
    private final int columns;
    private final long rowBytes;
    private final MemorySegment x;
    private final long xStride;
    private final int tokens;

    Product(int columns, MemorySegment x, long xStride, int tokens) {
      this.columns = columns;
      this.rowBytes = type.bytes(columns);
      this.x = x;
      this.xStride = xStride;
      this.tokens = tokens;
    }

    /** Multiplies the rows of a panel, the first at byte {@code offset} of {@code source}. */
    void run(MemorySegment source, long offset, MemorySegment out, int firstRow, int outColumns) {
      int stretchColumns = STRETCH_ROW_BLOCKS / panel.rows() * Panel.BLOCK_COLUMNS;
      for (int column = 0; column < columns; column += stretchColumns) {
        int width = Math.min(stretchColumns, columns - column);
        long stretch = type.bytes(column);
        long blocks = width / type.blockSize();
        long ahead = offset + panel.rows() * (rowBytes + stretch);
        Native.call(() -> {
          pack.invokeExact(source, offset + stretch, rowBytes, blocks, scratch, ahead);
        });
        multiplyTokens(column, width, out, firstRow, outColumns);
      }
    }

    private void multiplyTokens(
        int column, int width, MemorySegment out, int firstRow, int outColumns) {
      long blocks = width / Panel.BLOCK_COLUMNS;
      long xOffset =
          (long) column
              / Panel.BLOCK_COLUMNS
              * QuantisedActivations.blockBytes(panel.activationPlanes());
      long outStride = (long) outColumns * Float.BYTES;
      int first = column == 0 ? 1 : 0;
      for (int token = 0; token < tokens; token += maxTokens) {
        MethodHandle product = product(Math.min(maxTokens, tokens - token));
        MemorySegment tokenX = x.asSlice(token * xStride + xOffset);
        MemorySegment tokenOut = out.asSlice(token * outStride + (long) firstRow * Float.BYTES);
        Native.call(() -> {
          product.invokeExact(scratch, tokenX, xStride, blocks, tokenOut, outStride, first);
        });
      }
    }
  }
}
