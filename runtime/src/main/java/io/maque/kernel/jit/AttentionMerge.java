package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k3;
import static io.maque.asm.Vec.xmm;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.AttentionShape;

/**
 * Merges and finishes {@link AttentionState}s: {@code void merge(float* state, const float* next,
 * void*, void*, long rows)} and {@code void finish(const float* state, float* out, void*, void*,
 * long tokens, long stride)}.
 *
 * <p>With {@code m} the larger of both largest scores, both sums are scaled by {@code exp(largest -
 * m)} and added. A state of no positions changes nothing, not even a zero's sign.
 */
final class AttentionMerge {
  private static final Gp ROW = rdi;
  private static final Gp NEXT = rsi;
  private static final Gp ROWS_LEFT = r8;

  private static final Gp OUT = rsi;
  private static final Gp TOKENS_LEFT = r8;
  private static final Gp OUT_STRIDE = r9;
  private static final Gp OUT_HEAD = rdx;
  private static final Gp HEADS_LEFT = rcx;

  private static final int FACTOR = 0;
  private static final int NEXT_FACTOR = 1;

  private final Isa isa;
  private final AttentionShape shape;
  private final VectorAssembler a;
  private final Constants constants = new Constants();
  private final Lanes lanes;

  AttentionMerge(Isa isa, AttentionShape shape) {
    this.isa = isa;
    this.shape = shape;
    this.a = isa.assembler();
    this.lanes = new Lanes(isa, a, constants);
  }

  VectorAssembler generateMerge() {
    Label row = new Label();
    Label copy = new Label();
    Label done = new Label();
    a.bind(row);
    a.mov(rax.low(), Memory.mem(NEXT, AttentionState.LARGEST));
    a.cmp(rax.low(), AttentionState.NONE);
    a.jz(done);
    a.mov(rax.low(), Memory.mem(ROW, AttentionState.LARGEST));
    a.cmp(rax.low(), AttentionState.NONE);
    a.jz(copy);
    mergeRow();
    a.jmp(done);
    a.bind(copy);
    for (int at = 0; at < rowBytes(); at += isa.bytes()) {
      a.vmovups(v(2), Memory.mem(NEXT, at));
      a.vmovups(Memory.mem(ROW, at), v(2));
    }
    a.bind(done);
    a.add(ROW, rowBytes());
    a.add(NEXT, rowBytes());
    a.dec(ROWS_LEFT);
    a.jnz(row);
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  private void mergeRow() {
    Exponential exponential = new Exponential(a, constants);
    a.vbroadcastss(v(FACTOR), Memory.mem(ROW, AttentionState.LARGEST));
    a.vbroadcastss(v(NEXT_FACTOR), Memory.mem(NEXT, AttentionState.LARGEST));
    a.vmaxps(v(2), v(FACTOR), v(NEXT_FACTOR));
    a.vmovss(Memory.mem(ROW, AttentionState.LARGEST), xmm(2));
    a.vsubps(v(FACTOR), v(FACTOR), v(2));
    a.vsubps(v(NEXT_FACTOR), v(NEXT_FACTOR), v(2));
    exponential.emit(v(FACTOR), v(3), v(4), v(5));
    exponential.emit(v(NEXT_FACTOR), v(6), v(7), v(8));
    for (int at = AttentionState.SUMS; at < rowBytes(); at += isa.bytes()) {
      a.vmulps(v(2), v(FACTOR), Memory.mem(ROW, at));
      a.vfmadd231ps(v(2), v(NEXT_FACTOR), Memory.mem(NEXT, at));
      a.vmovups(Memory.mem(ROW, at), v(2));
    }
  }

  VectorAssembler generateFinish() {
    Label token = new Label();
    Label head = new Label();
    int length = shape.valueLength();
    a.bind(token);
    a.mov(OUT_HEAD, OUT);
    a.mov(HEADS_LEFT, shape.groupSize());
    a.bind(head);
    a.vmovups(v(0), Memory.mem(ROW, AttentionState.SUMS));
    Reductions.sum(a, v(0), v(1));
    for (int c = 0; c < AttentionState.chunks(isa, length); c++) {
      a.vmovups(v(1), Memory.mem(ROW, AttentionState.WEIGHTED + c * isa.bytes()));
      a.vdivps(v(1), v(1), v(0));
      Memory mean = Memory.mem(OUT_HEAD, c * isa.bytes());
      lanes.store(mean, v(1), lanes.chunk(c, length, 2, k3));
    }
    a.add(ROW, rowBytes());
    a.add(OUT_HEAD, length * Float.BYTES);
    a.dec(HEADS_LEFT);
    a.jnz(head);
    a.add(OUT, OUT_STRIDE);
    a.dec(TOKENS_LEFT);
    a.jnz(token);
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  private Vec v(int number) {
    return isa.v(number);
  }

  private int rowBytes() {
    return AttentionState.rowBytes(isa, shape);
  }
}
