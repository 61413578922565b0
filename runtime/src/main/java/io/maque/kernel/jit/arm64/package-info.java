/**
 * Machine code for 64-bit ARM: matrix products of quantised weights, in the manner of {@link
 * io.maque.kernel.jit}, which runs it and holds what both have in common. Knows the block layouts
 * of {@code quant} and the assembler, and no model.
 *
 * <p>A weight format is one {@link io.maque.kernel.jit.arm64.NeonPacker}; an instruction set is one
 * constant of {@link io.maque.kernel.jit.arm64.NeonIsa}, which decides how the values of a {@link
 * io.maque.kernel.jit.arm64.NeonPanel} lie and how {@link io.maque.kernel.jit.arm64.NeonProduct}
 * multiplies them. Start at {@link io.maque.kernel.jit.arm64.NeonPackQ4_0}.
 */
package io.maque.kernel.jit.arm64;
