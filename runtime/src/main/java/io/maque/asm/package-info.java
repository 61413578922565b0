/**
 * An assembler for machine code that is made and run inside this process: registers, operands,
 * labels, encodings, executable memory, CPU features. Knows no kernel.
 *
 * <p>Start at {@link io.maque.asm.VectorAssembler}, whose methods are named and ordered like the
 * instructions they emit, destination first:
 *
 * <pre>{@code
 * VectorAssembler a = new VectorAssembler();
 * Label loop = new Label();
 * a.bind(loop);
 * a.vmovups(zmm1, mem(rsi));
 * a.vfmadd231ps(zmm0, zmm1, mem(rdx));
 * a.add(rsi, 64);
 * a.add(rdx, 64);
 * a.dec(rcx);
 * a.jnz(loop);
 * a.ret();
 * }</pre>
 *
 * <p>Only the instructions that kernels need are here. Each is checked against the bytes GNU {@code
 * as} produces for it; see {@code scripts/golden/asm.py}.
 */
package io.maque.asm;
