package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Mask.k3;
import static io.maque.asm.Mask.k4;
import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Mask;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.AttentionShape;
import io.maque.tensor.TensorType;

/**
 * Generates attention for one shape and cache type. A step takes up to sixteen positions: {@code
 * void step(const void* keys, const void* values, const float* query, float* state, long positions,
 * int mask)}, with a bit of {@code mask} for each position; {@code void finish(float* state, float*
 * out)} divides by the sum of weights.
 *
 * <p>A step converts the keys to f32 once for all query heads, forms the sixteen scores of each
 * head in one register, updates the head's online softmax, then converts the values and adds them.
 * All of it stays in the first-level cache. {@code state} is
 *
 * <pre>
 *   f32[16][padded]      keys, then values, of the step
 *   of each head: f32    largest score so far; -infinity before the first step
 *                 f32    sum of weights; 0 before the first step
 *                 f32    factor on what was summed before this step
 *             64: f32[16]      weights of this step
 *            128: f32[padded]  weighted sum of values; 0 before the first step
 * </pre>
 */
final class AttentionCode {
  /** Positions of a step: one score each in a register. */
  static final int POSITIONS = 16;

  private static final int SUM = 4;
  private static final int FACTOR = 8;
  private static final int WEIGHTS = 64;
  private static final int WEIGHTED = 128;

  /** Query registers kept while sixteen positions are scored. */
  private static final int QUERY_REGISTERS = 16;

  private static final int VALUE_REGISTERS = 8;

  private static final Gp KEYS = rdi;
  private static final Gp VALUES = rsi;
  private static final Gp QUERY = rdx;
  private static final Gp STATE = rcx;
  private static final Gp COUNT = r8;
  private static final Gp HEAD = r9;
  private static final Gp HEADS_LEFT = rax;
  private static final Gp FROM = r10;
  private static final Gp TO = r11;
  private static final Gp POSITIONS_LEFT = rdi;

  private final AttentionShape shape;
  private final TensorType type;
  private final VectorAssembler a = new VectorAssembler();
  private final Constants constants = new Constants();

  AttentionCode(AttentionShape shape, TensorType type) {
    this.shape = shape;
    this.type = type;
  }

  /** f32 of one position in the state: the longer of key and value, in whole registers. */
  private static int padded(AttentionShape shape) {
    return chunks(Math.max(shape.keyLength(), shape.valueLength())) * Lanes.COUNT;
  }

  private static int chunks(int length) {
    return Math.ceilDiv(length, Lanes.COUNT);
  }

  private static int tileBytes(AttentionShape shape) {
    return POSITIONS * padded(shape) * Float.BYTES;
  }

  /** Byte offset of a head in the state. */
  static long headOffset(AttentionShape shape, int head) {
    return tileBytes(shape) + (long) head * headBytes(shape);
  }

  private static int headBytes(AttentionShape shape) {
    return WEIGHTED + padded(shape) * Float.BYTES;
  }

  static long stateBytes(AttentionShape shape) {
    return headOffset(shape, shape.groupSize());
  }

  VectorAssembler generateStep() {
    a.kmov(k1, r9.low());
    loadTailMask(k3, shape.keyLength());
    loadTailMask(k4, shape.valueLength());
    convert(KEYS, shape.keyLength(), k3);
    forEachHead(true, this::score);
    convert(VALUES, shape.valueLength(), k4);
    forEachHead(false, this::addValues);
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  VectorAssembler generateFinish() {
    loadTailMask(k4, shape.valueLength());
    a.mov(STATE, rdi);
    a.mov(TO, rsi);
    forEachHead(
        false,
        () -> {
          a.vbroadcastss(zmm(0), Memory.mem(HEAD, SUM));
          for (int c = 0; c < chunks(shape.valueLength()); c++) {
            a.vmovups(zmm(1), Memory.mem(HEAD, WEIGHTED + c * Lanes.BYTES));
            a.vdivps(zmm(1), zmm(1), zmm(0));
            boolean tail = isTail(c, shape.valueLength());
            a.vmovups(Memory.mem(TO, c * Lanes.BYTES), tail ? zmm(1).masked(k4) : zmm(1));
          }
          a.add(TO, shape.valueLength() * Float.BYTES);
        });
    a.vzeroupper();
    a.ret();
    return a;
  }

  private void loadTailMask(Mask mask, int length) {
    a.mov(rax, Lanes.tail(length));
    a.kmov(mask, rax.low());
  }

  private static boolean isTail(int chunk, int length) {
    return (chunk + 1) * Lanes.COUNT > length;
  }

  /** Runs {@code body} for each head, {@link #HEAD} at its state, {@link #QUERY} at its query. */
  private void forEachHead(boolean withQuery, Runnable body) {
    Label loop = new Label();
    a.lea(HEAD, Memory.mem(STATE, tileBytes(shape)));
    a.mov(HEADS_LEFT, shape.groupSize());
    a.bind(loop);
    body.run();
    a.add(HEAD, headBytes(shape));
    if (withQuery) {
      a.add(QUERY, shape.keyLength() * Float.BYTES);
    }
    a.dec(HEADS_LEFT);
    a.jnz(loop);
  }

  /** Converts the step's keys or values to f32 in the state. */
  private void convert(Gp rows, int length, Mask tailMask) {
    Label loop = new Label();
    a.mov(FROM, rows);
    a.mov(TO, STATE);
    a.mov(HEADS_LEFT, COUNT);
    a.bind(loop);
    int bytes = type.blockBytes();
    for (int c = 0; c < chunks(length); c++) {
      Vec target = isTail(c, length) ? zmm(0).zeroed(tailMask) : zmm(0);
      Memory source = Memory.mem(FROM, c * Lanes.COUNT * bytes);
      if (type == TensorType.F16) {
        a.vcvtph2ps(target, source);
      } else {
        a.vmovups(target, source);
      }
      a.vmovups(Memory.mem(TO, c * Lanes.BYTES), zmm(0));
    }
    a.add(FROM, length * bytes);
    a.add(TO, padded(shape) * Float.BYTES);
    a.dec(HEADS_LEFT);
    a.jnz(loop);
  }

  private void score() {
    dotProducts();
    sumAcross();
    a.vmulps(zmm(0), zmm(0), constants.floats(shape.scale()));
    constants.loadFloats(a, zmm(1), Float.NEGATIVE_INFINITY);
    a.vmovups(zmm(1).masked(k1), zmm(0));
    softmax();
  }

  /** Partial sums of position p's score in zmm{p}. */
  private void dotProducts() {
    int length = shape.keyLength();
    for (int group = 0; group < chunks(length); group += QUERY_REGISTERS) {
      int end = Math.min(group + QUERY_REGISTERS, chunks(length));
      for (int c = group; c < end; c++) {
        Vec query = zmm(16 + c - group);
        a.vmovups(isTail(c, length) ? query.zeroed(k3) : query, Memory.mem(QUERY, c * Lanes.BYTES));
      }
      for (int p = 0; p < POSITIONS; p++) {
        for (int c = group; c < end; c++) {
          Memory key = Memory.mem(STATE, p * padded(shape) * Float.BYTES + c * Lanes.BYTES);
          if (c == 0) {
            a.vmulps(zmm(p), zmm(16), key);
          } else {
            a.vfmadd231ps(zmm(p), zmm(16 + c - group), key);
          }
        }
      }
    }
  }

  /** Sums each of zmm0 to zmm15 to one element of zmm0: pairs, quadruples, then lanes. */
  private void sumAcross() {
    for (int i = 0; i < 8; i++) {
      a.vpunpckldq(zmm(16), zmm(2 * i), zmm(2 * i + 1));
      a.vpunpckhdq(zmm(17), zmm(2 * i), zmm(2 * i + 1));
      a.vaddps(zmm(i), zmm(16), zmm(17));
    }
    for (int i = 0; i < 4; i++) {
      a.vpunpcklqdq(zmm(16), zmm(2 * i), zmm(2 * i + 1));
      a.vpunpckhqdq(zmm(17), zmm(2 * i), zmm(2 * i + 1));
      a.vaddps(zmm(i), zmm(16), zmm(17));
    }
    for (int count = 2; count > 0; count /= 2) {
      for (int i = 0; i < count; i++) {
        a.vshuff32x4(zmm(16), zmm(2 * i), zmm(2 * i + 1), 0b10_00_10_00);
        a.vshuff32x4(zmm(17), zmm(2 * i), zmm(2 * i + 1), 0b11_01_11_01);
        a.vaddps(zmm(i), zmm(16), zmm(17));
      }
    }
  }

  /** Updates a head's largest score, sum and factor; stores the weights of the scores in zmm1. */
  private void softmax() {
    Exponential exponential = new Exponential(a, constants);
    a.vmovups(zmm(2), zmm(1));
    Reductions.max(a, 2, 3);
    a.vbroadcastss(zmm(4), Memory.mem(HEAD));
    a.vmaxps(zmm(2), zmm(4), zmm(2));
    a.vmovss(Memory.mem(HEAD), xmm(2));
    a.vsubps(zmm(4), zmm(4), zmm(2));
    exponential.emit(4, 5, 6, 7);
    a.vmovss(Memory.mem(HEAD, FACTOR), xmm(4));
    a.vsubps(zmm(1), zmm(1), zmm(2));
    exponential.emit(1, 5, 6, 7);
    a.vmovups(zmm(1).zeroed(k1), zmm(1));
    a.vmovups(Memory.mem(HEAD, WEIGHTS), zmm(1));
    Reductions.sum(a, 1, 3);
    a.vbroadcastss(xmm(5), Memory.mem(HEAD, SUM));
    a.vfmadd213ps(xmm(5), xmm(4), xmm(1));
    a.vmovss(Memory.mem(HEAD, SUM), xmm(5));
  }

  private void addValues() {
    int length = chunks(shape.valueLength());
    a.vbroadcastss(zmm(16), Memory.mem(HEAD, FACTOR));
    for (int group = 0; group < length; group += VALUE_REGISTERS) {
      int count = Math.min(VALUE_REGISTERS, length - group);
      int base = WEIGHTED + group * Lanes.BYTES;
      for (int c = 0; c < count; c++) {
        a.vmulps(zmm(c), zmm(16), Memory.mem(HEAD, base + c * Lanes.BYTES));
      }
      addPositions(group, count);
      for (int c = 0; c < count; c++) {
        a.vmovups(Memory.mem(HEAD, base + c * Lanes.BYTES), zmm(c));
      }
    }
  }

  /** Adds weight times value of each position to zmm0 and on. */
  private void addPositions(int group, int count) {
    Label loop = new Label();
    a.lea(FROM, Memory.mem(STATE, group * Lanes.BYTES));
    a.lea(TO, Memory.mem(HEAD, WEIGHTS));
    a.mov(POSITIONS_LEFT, COUNT);
    a.bind(loop);
    a.vbroadcastss(zmm(17), Memory.mem(TO));
    for (int c = 0; c < count; c++) {
      a.vfmadd231ps(zmm(c), zmm(17), Memory.mem(FROM, c * Lanes.BYTES));
    }
    a.add(FROM, padded(shape) * Float.BYTES);
    a.add(TO, Float.BYTES);
    a.dec(POSITIONS_LEFT);
    a.jnz(loop);
  }
}
