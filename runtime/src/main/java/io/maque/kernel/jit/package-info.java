/**
 * Kernels as machine code, generated when first needed: one file per kernel. Knows the block
 * layouts of {@code quant} and the assembler, and no model.
 *
 * <p>Matrix products go through <em>panels</em>: {@link io.maque.kernel.jit.PanelPacker} unpacks
 * sixteen weight rows, a few blocks at a time, into unsigned bytes that lie as the CPU's int8 dot
 * product wants them ({@link io.maque.kernel.jit.Panel}), and {@link
 * io.maque.kernel.jit.PanelProduct} multiplies a panel with up to eight activations. A weight
 * format is one packer; an instruction set is one product. Start at {@link
 * io.maque.kernel.jit.MatMulPanel}.
 */
package io.maque.kernel.jit;
