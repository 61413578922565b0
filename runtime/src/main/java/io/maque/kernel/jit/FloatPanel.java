package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;

/**
 * Weight rows as f32, a stretch of columns at a time: what many tokens are multiplied with, so that
 * each weight is converted once. Small enough for the second-level cache.
 *
 * <p>The function is {@code void fill(const void* weight, float* panel, void*, void*, long stride,
 * long rows, long steps)}, {@code steps} registers of each row. The rows that the next panel begins
 * with are fetched ahead meanwhile.
 */
final class FloatPanel {
  /** 260 KB: half of a small second-level cache, and activations are read from memory seldom. */
  static final int ROWS = 64;

  /** Bytes from row to row; were it a power of two, rows would crowd into the same cache sets. */
  static final int STRIDE = FloatProduct.STRETCH * Float.BYTES + 64;

  private static final Gp W = rdi;
  private static final Gp PANEL = rsi;
  private static final Gp NEXT_PANEL = rdx;
  private static final Gp STEPS = rcx;
  private static final Gp W_STRIDE = r8;
  private static final Gp ROWS_LEFT = r9;
  private static final Gp AT = r10;
  private static final Gp STEPS_LEFT = r11;

  private FloatPanel() {}

  static VectorAssembler generate(FloatFormat format, Isa isa) {
    VectorAssembler a = isa.assembler();
    Vec values = isa.v(0);
    Label row = new Label();
    Label loop = new Label();
    // The third number lies on the stack, above the return address.
    a.mov(STEPS, Memory.mem(rsp, 8));
    a.imul(NEXT_PANEL, W_STRIDE, ROWS);
    a.bind(row);
    a.mov(AT, W);
    a.mov(rax, PANEL);
    a.mov(STEPS_LEFT, STEPS);
    a.bind(loop);
    format.load(a, values, Memory.mem(AT));
    a.vmovups(Memory.mem(rax), values);
    a.prefetcht1(Memory.mem(AT, NEXT_PANEL, 1, 0));
    a.add(AT, isa.bytes() / Float.BYTES * format.bytes());
    a.add(rax, isa.bytes());
    a.dec(STEPS_LEFT);
    a.jnz(loop);
    a.add(W, W_STRIDE);
    a.add(PANEL, STRIDE);
    a.dec(ROWS_LEFT);
    a.jnz(row);
    a.vzeroupper();
    a.ret();
    return a;
  }
}
