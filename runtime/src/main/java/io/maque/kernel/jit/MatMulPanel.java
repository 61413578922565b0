package io.maque.kernel.jit;

import io.maque.kernel.ActivationLayout;
import io.maque.kernel.MatMul;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/**
 * The product with weights of one format: some rows are unpacked to a panel that stays in the
 * first-level cache, a stretch of columns after the other, and each panel serves all tokens.
 */
public final class MatMulPanel implements MatMul {
  /** Rows times blocks unpacked at once: 18 to 24 KB, half of a first-level cache. */
  private static final int STRETCH_ROW_BLOCKS = 512;

  private static final long MAX_PANEL_BYTES = STRETCH_ROW_BLOCKS * 48L;

  /** Where the panel is behind the loop's arguments: the next line of the cache. */
  private static final int PANEL = Math.ceilDiv(LoopArguments.BYTES, 64) * 64;

  /** The loop's arguments and a panel, for each thread that ever multiplied; they live long. */
  private static final ThreadLocal<Arguments> ARGUMENTS =
      ThreadLocal.withInitial(() -> new Arguments(LoopArguments.BYTES, PANEL + MAX_PANEL_BYTES));

  private final PanelKernel kernel;
  private final TensorType type;
  private final QuantisedActivations activations;
  private final LazyFunction loop;
  private final LazyFunction pack;
  private final Optional<Single> single;

  /** By the number of tokens; 0 is none. */
  private final LazyFunction[] products;

  /**
   * @param activations with as many planes as the kernel wants
   */
  public MatMulPanel(PanelKernel kernel, QuantisedActivations activations) {
    if (activations.planes() != kernel.activationPlanes()) {
      throw new IllegalArgumentException(
          "expected %d planes of activations for %s, found %d"
              .formatted(kernel.activationPlanes(), kernel.name(), activations.planes()));
    }
    this.kernel = kernel;
    this.type = kernel.type();
    this.activations = activations;
    int stretchColumns = STRETCH_ROW_BLOCKS / kernel.rows() * QuantisedActivations.BLOCK_COLUMNS;
    this.loop = new LazyFunction(() -> kernel.loop(stretchColumns / type.blockSize()));
    this.pack = new LazyFunction(kernel::pack);
    this.single = kernel.single().map(Single::new);
    this.products = new LazyFunction[kernel.maxTokens() + 1];
    for (int i = 1; i < products.length; i++) {
      int tokens = i;
      products[i] = new LazyFunction(() -> kernel.product(tokens));
    }
  }

  @Override
  public String name() {
    return kernel.name();
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

    int rows = rowEnd - rowBegin;
    if (rows == 0) {
      return;
    }
    if (rows < kernel.rows()) {
      multiplyPadded(weight, columns, x, tokens, out, outColumns, rowBegin, rows);
      return;
    }
    int whole = rows / kernel.rows();
    run(weight, rowBegin, whole, columns, x, tokens, out, outColumns, rowBegin);
    if (whole * kernel.rows() < rows) {
      // The last panel begins early where rows are left over, and computes some a second time.
      int first = rowEnd - kernel.rows();
      run(weight, first, 1, columns, x, tokens, out, outColumns, first);
    }
  }

  /**
   * The code for one token.
   *
   * @param bytesBefore how far before the rows it may read
   * @param bytesBehind how far behind them
   */
  private record Single(LazyFunction function, int bytesBefore, int bytesBehind) {
    Single(PanelKernel.Single made) {
      this(new LazyFunction(made.code()), made.bytesBefore(), made.bytesBehind());
    }
  }

  /** Fewer rows than a panel has: the machine code works on copies that have room for all. */
  private void multiplyPadded(
      MemorySegment weight,
      int columns,
      MemorySegment x,
      int tokens,
      MemorySegment out,
      int outColumns,
      int rowBegin,
      int rows) {
    long rowBytes = type.bytes(columns);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment someRows = arena.allocate(kernel.rows() * rowBytes);
      MemorySegment someOut = arena.allocate((long) tokens * kernel.rows() * Float.BYTES);
      MemorySegment.copy(weight, rowBegin * rowBytes, someRows, 0, rows * rowBytes);
      run(someRows, 0, 1, columns, x, tokens, someOut, kernel.rows(), 0);
      for (int token = 0; token < tokens; token++) {
        long from = (long) token * kernel.rows() * Float.BYTES;
        long to = ((long) token * outColumns + rowBegin) * Float.BYTES;
        MemorySegment.copy(someOut, from, out, to, (long) rows * Float.BYTES);
      }
    }
  }

  /**
   * Multiplies {@code panels} panels of rows from {@code row} on to outputs from {@code outRow}.
   */
  private void run(
      MemorySegment weight,
      int row,
      int panels,
      int columns,
      MemorySegment x,
      int tokens,
      MemorySegment out,
      int outColumns,
      int outRow) {
    if (tokens > 1 || single.isEmpty()) {
      runLoop(weight, row, panels, columns, x, tokens, out, outColumns, outRow);
      return;
    }
    // Panels at the edges of the weights are left to the loop, which reads rows and no more.
    Single one = single.get();
    long rowBytes = type.bytes(columns);
    long rowsEnd = (row + (long) panels * kernel.rows()) * rowBytes;
    int begin = row * rowBytes < one.bytesBefore() ? 1 : 0;
    int end = rowsEnd + one.bytesBehind() > weight.byteSize() ? panels - 1 : panels;
    if (begin > 0) {
      runLoop(weight, row, 1, columns, x, 1, out, outColumns, outRow);
    }
    if (begin < end) {
      int skipped = begin * kernel.rows();
      Arguments arguments = ARGUMENTS.get();
      setShape(arguments, row + skipped, end - begin, columns, 1, outColumns);
      arguments.set(LoopArguments.SCRATCH, arguments.address(PANEL));
      arguments.set(LoopArguments.OUT, (long) (outRow + skipped) * Float.BYTES);
      one.function().get().call(weight, x, out, arguments.write(LoopArguments.BYTES));
    }
    if (begin <= end && end < panels) {
      int skipped = end * kernel.rows();
      runLoop(weight, row + skipped, 1, columns, x, 1, out, outColumns, outRow + skipped);
    }
  }

  private void runLoop(
      MemorySegment weight,
      int row,
      int panels,
      int columns,
      MemorySegment x,
      int tokens,
      MemorySegment out,
      int outColumns,
      int outRow) {
    Arguments arguments = ARGUMENTS.get();
    int maxTokens = kernel.maxTokens();
    int rest = tokens % maxTokens;
    setShape(arguments, row, panels, columns, tokens, outColumns);
    arguments.set(LoopArguments.SCRATCH, arguments.address(PANEL));
    arguments.set(LoopArguments.PACK, pack.address());
    arguments.set(
        LoopArguments.FULL_PRODUCT, tokens < maxTokens ? 0 : products[maxTokens].address());
    arguments.set(LoopArguments.REST_PRODUCT, rest == 0 ? 0 : products[rest].address());
    MemorySegment firstOut = out.asSlice((long) outRow * Float.BYTES);
    loop.get().call(weight, x, firstOut, arguments.write(LoopArguments.BYTES));
  }

  /** Sets all arguments of the loop but addresses. */
  void setShape(Arguments arguments, int row, int panels, int columns, int tokens, int outColumns) {
    int maxTokens = kernel.maxTokens();
    int rest = tokens % maxTokens;
    arguments.set(LoopArguments.ROW, row * type.bytes(columns));
    arguments.set(LoopArguments.ROW_STRIDE, type.bytes(columns));
    arguments.set(LoopArguments.X_STRIDE, activations.bytes(columns));
    arguments.set(LoopArguments.OUT_STRIDE, (long) outColumns * Float.BYTES);
    arguments.set(LoopArguments.PANELS, panels);
    arguments.set(LoopArguments.BLOCKS, columns / type.blockSize());
    arguments.set(LoopArguments.FULL_TILES, tokens / maxTokens);
    arguments.set(LoopArguments.LAST_TOKENS, rest == 0 ? maxTokens : rest);
  }
}
