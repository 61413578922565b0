package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Mask.k3;
import static io.maque.asm.Vec.xmm;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.AttentionShape;
import io.maque.tensor.TensorType;
import java.util.Optional;

/**
 * Generates attention for one shape and cache type. A step takes as many positions as a register
 * has elements, or fewer: {@code void step(const void* keys, const void* values, const float*
 * query, float* state, long positions)}; {@code void finish(float* state, float* out)} divides by
 * the sum of weights.
 *
 * <p>A step converts the keys to f32 once for all query heads, forms the scores of each head in one
 * register, updates the head's online softmax, then converts the values and adds them. All of it
 * stays in the first-level cache. {@code state} is
 *
 * <pre>
 *   f32[N][padded]       keys, then values, of the step
 *   of each head: f32    largest score so far; -infinity before the first step
 *                 f32    sum of weights; 0 before the first step
 *                 f32    factor on what was summed before this step
 *             64: f32[N]       weights of this step
 *            128: f32[padded]  weighted sum of values; 0 before the first step
 * </pre>
 */
final class AttentionCode {
  private static final int SUM = 4;
  private static final int FACTOR = 8;
  private static final int WEIGHTS = 64;
  private static final int WEIGHTED = 128;

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

  private final Isa isa;
  private final AttentionShape shape;
  private final TensorType type;

  /** Positions of a step, and registers for as many chunks of a query. */
  private final int positions;

  private final VectorAssembler a;
  private final Constants constants = new Constants();
  private final Lanes lanes;

  AttentionCode(Isa isa, AttentionShape shape, TensorType type) {
    this.isa = isa;
    this.shape = shape;
    this.type = type;
    this.positions = isa.floats();
    this.a = isa.assembler();
    this.lanes = new Lanes(isa, a, constants);
  }

  /** Bytes of one position in the state: the longer of key and value, in whole registers. */
  private int rowBytes() {
    return chunks(Math.max(shape.keyLength(), shape.valueLength())) * isa.bytes();
  }

  private int chunks(int length) {
    return Math.ceilDiv(length, isa.floats());
  }

  int heads() {
    return shape.groupSize();
  }

  /** Byte offset of a head in the state. */
  int headOffset(int head) {
    return positions * rowBytes() + head * headBytes();
  }

  private int headBytes() {
    return WEIGHTED + rowBytes();
  }

  int stateBytes() {
    return headOffset(heads());
  }

  VectorAssembler generateStep() {
    convert(KEYS, shape.keyLength());
    forEachHead(true, this::score);
    convert(VALUES, shape.valueLength());
    forEachHead(false, this::addValues);
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  VectorAssembler generateFinish() {
    int length = shape.valueLength();
    a.mov(STATE, rdi);
    a.mov(TO, rsi);
    forEachHead(
        false,
        () -> {
          a.vbroadcastss(v(0), Memory.mem(HEAD, SUM));
          for (int c = 0; c < chunks(length); c++) {
            a.vmovups(v(1), Memory.mem(HEAD, WEIGHTED + c * isa.bytes()));
            a.vdivps(v(1), v(1), v(0));
            lanes.store(Memory.mem(TO, c * isa.bytes()), v(1), partOf(c, length, 2));
          }
          a.add(TO, length * Float.BYTES);
        });
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  /** What a chunk has of a register; empty when it fills one. Overwrites {@code register}. */
  private Optional<Lanes.Part> partOf(int chunk, int length, int register) {
    int left = length - chunk * isa.floats();
    return left >= isa.floats() ? Optional.empty() : Optional.of(lanes.first(left, register, k3));
  }

  private Vec v(int number) {
    return isa.v(number);
  }

  /** Runs {@code body} for each head, {@link #HEAD} at its state, {@link #QUERY} at its query. */
  private void forEachHead(boolean withQuery, Runnable body) {
    Label loop = new Label();
    a.lea(HEAD, Memory.mem(STATE, headOffset(0)));
    a.mov(HEADS_LEFT, heads());
    a.bind(loop);
    body.run();
    a.add(HEAD, headBytes());
    if (withQuery) {
      a.add(QUERY, shape.keyLength() * Float.BYTES);
    }
    a.dec(HEADS_LEFT);
    a.jnz(loop);
  }

  /** Converts the step's keys or values to f32 in the state, filled up with zeros. */
  private void convert(Gp rows, int length) {
    Label loop = new Label();
    a.mov(FROM, rows);
    a.mov(TO, STATE);
    a.mov(HEADS_LEFT, COUNT);
    a.bind(loop);
    int bytes = type.blockBytes();
    for (int c = 0; c < chunks(length); c++) {
      int at = c * isa.floats() * bytes;
      if (type == TensorType.F16) {
        convertHalves(at, length - c * isa.floats());
      } else {
        lanes.load(v(0), Memory.mem(FROM, at), partOf(c, length, 0));
      }
      a.vmovups(Memory.mem(TO, c * isa.bytes()), v(0));
    }
    a.add(FROM, length * bytes);
    a.add(TO, rowBytes());
    a.dec(HEADS_LEFT);
    a.jnz(loop);
  }

  /** A register of f16; without masks those of less than a register are gathered one by one. */
  private void convertHalves(int at, int count) {
    if (count >= isa.floats()) {
      a.vcvtph2ps(v(0), Memory.mem(FROM, at));
    } else if (isa.hasMasks()) {
      lanes.first(count, 0, k3);
      a.vcvtph2ps(v(0).zeroed(k3), Memory.mem(FROM, at));
    } else {
      a.vxorps(xmm(0), xmm(0), xmm(0));
      for (int i = 0; i < count; i++) {
        a.vpinsrw(xmm(0), xmm(0), Memory.mem(FROM, at + i * Short.BYTES), i);
      }
      a.vcvtph2ps(v(0), xmm(0));
    }
  }

  private void score() {
    dotProducts();
    sumAcross();
    a.vmulps(v(0), v(0), constants.floats(shape.scale()));
    constants.loadFloats(a, v(1), Float.NEGATIVE_INFINITY);
    Lanes.Part present = lanes.first(COUNT, 1, positions, k1);
    present.merge(v(1), v(0), v(2));
    softmax(present);
  }

  /** Partial sums of the score of position p in register p. */
  private void dotProducts() {
    int length = shape.keyLength();
    for (int group = 0; group < chunks(length); group += positions) {
      int end = Math.min(group + positions, chunks(length));
      for (int c = group; c < end; c++) {
        int query = positions + c - group;
        lanes.load(v(query), Memory.mem(QUERY, c * isa.bytes()), partOf(c, length, query));
      }
      for (int p = 0; p < positions; p++) {
        for (int c = group; c < end; c++) {
          Memory key = Memory.mem(STATE, p * rowBytes() + c * isa.bytes());
          if (c == 0) {
            a.vmulps(v(p), v(positions), key);
          } else {
            a.vfmadd231ps(v(p), v(positions + c - group), key);
          }
        }
      }
    }
  }

  /** Sums each of the first registers to one element of the first: pairs, quadruples, lanes. */
  private void sumAcross() {
    Vec low = v(positions);
    Vec high = v(positions + 1);
    for (int i = 0; i < positions / 2; i++) {
      a.vpunpckldq(low, v(2 * i), v(2 * i + 1));
      a.vpunpckhdq(high, v(2 * i), v(2 * i + 1));
      a.vaddps(v(i), low, high);
    }
    for (int i = 0; i < positions / 4; i++) {
      a.vpunpcklqdq(low, v(2 * i), v(2 * i + 1));
      a.vpunpckhqdq(high, v(2 * i), v(2 * i + 1));
      a.vaddps(v(i), low, high);
    }
    for (int count = positions / 8; count > 0; count /= 2) {
      for (int i = 0; i < count; i++) {
        if (isa.bytes() == 64) {
          a.vshuff32x4(low, v(2 * i), v(2 * i + 1), 0b10_00_10_00);
          a.vshuff32x4(high, v(2 * i), v(2 * i + 1), 0b11_01_11_01);
        } else {
          a.vperm2f128(low, v(2 * i), v(2 * i + 1), 0x20);
          a.vperm2f128(high, v(2 * i), v(2 * i + 1), 0x31);
        }
        a.vaddps(v(i), low, high);
      }
    }
  }

  /**
   * Updates a head's largest score, sum and factor; stores the weights of the scores in register 1.
   */
  private void softmax(Lanes.Part present) {
    Exponential exponential = new Exponential(a, constants);
    a.vmovups(v(2), v(1));
    Reductions.max(a, v(2), v(3));
    a.vbroadcastss(v(4), Memory.mem(HEAD));
    a.vmaxps(v(2), v(4), v(2));
    a.vmovss(Memory.mem(HEAD), xmm(2));
    a.vsubps(v(4), v(4), v(2));
    exponential.emit(v(4), v(5), v(6), v(7));
    a.vmovss(Memory.mem(HEAD, FACTOR), xmm(4));
    a.vsubps(v(1), v(1), v(2));
    exponential.emit(v(1), v(5), v(6), v(7));
    present.keep(v(1));
    a.vmovups(Memory.mem(HEAD, WEIGHTS), v(1));
    Reductions.sum(a, v(1), v(3));
    a.vbroadcastss(xmm(5), Memory.mem(HEAD, SUM));
    a.vfmadd213ps(xmm(5), xmm(4), xmm(1));
    a.vmovss(Memory.mem(HEAD, SUM), xmm(5));
  }

  private void addValues() {
    int length = chunks(shape.valueLength());
    a.vbroadcastss(v(positions), Memory.mem(HEAD, FACTOR));
    for (int group = 0; group < length; group += VALUE_REGISTERS) {
      int count = Math.min(VALUE_REGISTERS, length - group);
      int base = WEIGHTED + group * isa.bytes();
      for (int c = 0; c < count; c++) {
        a.vmulps(v(c), v(positions), Memory.mem(HEAD, base + c * isa.bytes()));
      }
      addPositions(group, count);
      for (int c = 0; c < count; c++) {
        a.vmovups(Memory.mem(HEAD, base + c * isa.bytes()), v(c));
      }
    }
  }

  /** Adds weight times value of each position to the first registers. */
  private void addPositions(int group, int count) {
    Label loop = new Label();
    a.lea(FROM, Memory.mem(STATE, group * isa.bytes()));
    a.lea(TO, Memory.mem(HEAD, WEIGHTS));
    a.mov(POSITIONS_LEFT, COUNT);
    a.bind(loop);
    a.vbroadcastss(v(positions + 1), Memory.mem(TO));
    for (int c = 0; c < count; c++) {
      a.vfmadd231ps(v(c), v(positions + 1), Memory.mem(FROM, c * isa.bytes()));
    }
    a.add(FROM, rowBytes());
    a.add(TO, Float.BYTES);
    a.dec(POSITIONS_LEFT);
    a.jnz(loop);
  }
}
