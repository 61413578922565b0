package io.maque.kernel.jit;

import io.maque.asm.CodeBuffer;
import io.maque.tensor.TensorType;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The machine code that multiplies weights of one format, made for one instruction set: what {@link
 * MatMulPanel} runs, which knows no processor. All numbers a function takes are longs.
 */
public interface PanelKernel {

  /** The weight format. */
  TensorType type();

  /** For the kernel table. */
  String name();

  /** Weight rows of a panel. */
  int rows();

  /** Planes of the activations that values meet; see {@link QuantisedActivations}. */
  int activationPlanes();

  /** Most activations that {@link #product} takes. */
  int maxTokens();

  /**
   * {@code void pack(const void* weight, offset, stride, blocks, void* panel, prefetch)}: unpacks
   * the rows of a panel.
   *
   * <p>{@code offset} is the byte of the first row's first block, {@code blocks} counts blocks of
   * the format, and {@code prefetch} is the byte from which on memory is fetched ahead: the rows
   * after these, read line by line at the pace of the unpacking. Measured, that is what lets memory
   * and arithmetic overlap; prefetching the same rows' next blocks gains nothing.
   */
  CodeBuffer pack();

  /**
   * {@code void product(const void* panel, const void* x, xStride, blocks, float* out, outStride,
   * first)}: {@code out[t][r] += Σ_blocks (scale_r · d_t) · Σ (value - offset) · q}, blocks in
   * order, one rounding for each multiplication and each fused addition. The integer sum is exact,
   * so this order is the whole definition of the result, on every instruction set and for every
   * number of tokens.
   *
   * <p>{@code first} starts from zero instead of from {@code out}; all rows of the panel are read
   * and written.
   *
   * @param tokens 1 to {@link #maxTokens}
   */
  CodeBuffer product(int tokens);

  /**
   * {@code void loop(const void* weight, const void* x, float* out, long* arguments)}: for each
   * panel, and each stretch of its columns, one call of {@link #pack}'s function and as many of
   * {@link #product}'s as the tokens need. So the JVM crosses into machine code once for a range of
   * rows, not twice for each panel. The arguments are {@link LoopArguments}.
   *
   * @param stretchBlocks blocks of the weight format unpacked at once
   */
  CodeBuffer loop(int stretchBlocks);

  /** For one activation, or empty where the instruction set has too few registers for it. */
  default Optional<Single> single() {
    return Optional.empty();
  }

  /**
   * As {@link #loop}, for one activation and with nothing to call: values are multiplied as they
   * are unpacked.
   *
   * @param code of the function
   * @param bytesBefore how far before the rows it may read
   * @param bytesBehind how far behind them
   */
  record Single(Supplier<? extends CodeBuffer> code, int bytesBefore, int bytesBehind) {}
}
