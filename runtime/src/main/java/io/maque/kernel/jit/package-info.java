/**
 * Kernels as machine code, generated when first needed: one file per kernel. Knows the block
 * layouts of {@code quant} and the assembler, and no model.
 *
 * <p>Matrix products go through <em>panels</em>: {@link io.maque.kernel.jit.PanelPacker} unpacks as
 * many weight rows as a register has elements, a few blocks at a time, into bytes that lie as the
 * CPU's int8 dot product wants them ({@link io.maque.kernel.jit.Panel}), and {@link
 * io.maque.kernel.jit.PanelProduct} multiplies a panel with a few activations. A weight format is
 * one packer. An instruction set is one constant of {@link io.maque.kernel.jit.Isa} and one case of
 * {@link io.maque.kernel.jit.Int8Dot}; all of them give the same bits. Start at {@link
 * io.maque.kernel.jit.MatMulPanel}. Many activations are multiplied in tiles where the CPU has AMX:
 * {@link io.maque.kernel.jit.TileProduct}. Weights of floats are multiplied as they lie: {@link
 * io.maque.kernel.jit.MatMulFloat}.
 *
 * <p>Where an operation has one mnemonic for all widths, that one is used: {@code vandps} for bits
 * rather than {@code vpand} and {@code vpandd}, {@code vmovups} for any load.
 */
package io.maque.kernel.jit;
