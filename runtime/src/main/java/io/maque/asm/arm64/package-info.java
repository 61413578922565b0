/**
 * An assembler for 64-bit ARM (the A64 instruction set and Advanced SIMD, "NEON"), in the manner of
 * {@link io.maque.asm}: methods are named and ordered like the instructions they emit, operands are
 * typed, and only what kernels need is here. Also which of these instructions a CPU has. Knows no
 * kernel.
 *
 * <p>Start at {@link io.maque.asm.arm64.NeonAssembler}:
 *
 * <pre>{@code
 * NeonAssembler a = new NeonAssembler();
 * Label loop = new Label();
 * a.bind(loop);
 * a.ldr(v(1).q(), mem(x0));
 * a.ldr(v(2).q(), mem(x1));
 * a.sdot(v(0).s4(), v(1).b16(), v(2).b16());
 * a.add(x0, x0, 16);
 * a.add(x1, x1, 16);
 * a.subs(x2, x2, 1);
 * a.bne(loop);
 * a.ret();
 * }</pre>
 *
 * <p>Instructions are words of 32 bits; each constant in the code is the word of the instruction
 * with all operands zero, as the Arm Architecture Reference Manual (DDI 0487, chapter C) draws it.
 * Each is checked against the word GNU {@code as} produces; see {@code scripts/golden/asm.py}.
 */
package io.maque.asm.arm64;
