package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.ymm;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import java.util.List;

/**
 * The product of rows of floats with a few activations of f32, both read where they lie: {@code
 * out[t][r] += Σₖ weight[r][k] · x[t][k]}. A tile of rows × tokens is formed at once, with a
 * register of partial sums for each of its elements, lanes along k; so nothing is transposed, and
 * with 24 sums in flight the multipliers are busy while each load serves four or six of them.
 *
 * <p>The order of summation is the same for every tile, hence for every number of tokens and split
 * of rows: columns are taken in stretches of {@link #STRETCH}; within a stretch lane {@code l} sums
 * columns {@code l, l + lanes, …} with one rounding each; {@link #fold} adds the lanes pairwise;
 * and the sums of the stretches are added to {@code out} one after the other.
 *
 * <p>The function is {@code void product(const void* weight, const float* x, float* out, void*,
 * long stride, long groups, long xStride, long steps, long outStride)}: {@code groups} of {@code
 * rows} rows each, {@code steps} registers of columns, strides in bytes. The inner loop for F16,
 * 512 bits, four rows and one token:
 *
 * <pre>
 * loop:
 *   vmovups zmm0, [r10]             activations
 *   vcvtph2ps zmm1, [rdi]           row 0
 *   prefetcht0 [r15]                row 4
 *   vfmadd231ps zmm28, zmm1, zmm0
 *   vcvtph2ps zmm2, [rdi+r8]
 *   prefetcht0 [r15+r8]
 *   vfmadd231ps zmm29, zmm2, zmm0
 *   vcvtph2ps zmm1, [rdi+r8*2]
 *   prefetcht0 [r15+r8*2]
 *   vfmadd231ps zmm30, zmm1, zmm0
 *   vcvtph2ps zmm2, [rdi+rax]
 *   prefetcht0 [r15+rax]
 *   vfmadd231ps zmm31, zmm2, zmm0
 *   add rdi, 32
 *   add r15, 32
 *   add r10, 64
 *   add r11, 64
 *   dec rbx
 *   jnz loop
 * </pre>
 */
final class FloatProduct {
  /** Columns whose partial sums stay in registers; six activations of them fit half of an L1. */
  static final int STRETCH = 1024;

  /** Rows of a tile; a group of fewer serves the end of a matrix. */
  static final int ROWS = 4;

  private static final Gp W = rdi;
  private static final Gp W_STRIDE = r8;
  private static final Gp W_STRIDE_3 = rax;
  private static final Gp GROUPS = r9;
  private static final Gp X = rsi;

  /** Activations 0 to 2 at r10, 3 to 5 at r11. */
  private static final Gp[] X_AT = {r10, r11};

  private static final Gp X_STRIDE = rcx;
  private static final Gp STEPS = r12;
  private static final Gp STRETCH_STEPS = rbx;
  private static final Gp STEPS_LEFT = rbp;
  private static final Gp OUT = rdx;
  private static final Gp OUT_STRIDE = r13;
  private static final Gp SCRATCH = r14;
  private static final Gp AHEAD = r15;
  private static final List<Gp> SAVED = List.of(rbx, rbp, r12, r13, r14, r15);

  /** What is fetched ahead, at the pace of the work. */
  enum Ahead {
    /** The rows of the next group, which come from memory. */
    WEIGHTS,
    /** The activations after these, one for each group: they are what the next call begins with. */
    ACTIVATIONS
  }

  private final FloatFormat format;
  private final Ahead ahead;
  private final Isa isa;
  private final int rows;
  private final int tokens;
  private final int accumulators;
  private final VectorAssembler a;

  /**
   * @param rows {@link #ROWS} or 1
   * @param tokens 1 to {@link #maxTokens}
   */
  FloatProduct(FloatFormat format, Ahead ahead, Isa isa, int rows, int tokens) {
    if (tokens < 1 || tokens > maxTokens(isa)) {
      throw new IllegalArgumentException(
          "expected 1 to %d tokens, found %d".formatted(maxTokens(isa), tokens));
    }
    this.format = format;
    this.ahead = ahead;
    this.isa = isa;
    this.rows = rows;
    this.tokens = tokens;
    this.accumulators = isa.registers() - rows * tokens;
    this.a = isa.assembler();
  }

  /** So many that the sums, one register of each activation and one of weights fit. */
  static int maxTokens(Isa isa) {
    return (isa.registers() - 1) / (ROWS + 1);
  }

  VectorAssembler generate() {
    Label group = new Label();
    for (Gp register : SAVED) {
      a.push(register);
    }
    int arguments = Long.BYTES * (SAVED.size() + 1);
    a.mov(X_STRIDE, Memory.mem(rsp, arguments));
    a.mov(STEPS, Memory.mem(rsp, arguments + Long.BYTES));
    a.mov(OUT_STRIDE, Memory.mem(rsp, arguments + 2 * Long.BYTES));
    a.lea(W_STRIDE_3, Memory.mem(W_STRIDE, W_STRIDE, 2, 0));
    if (ahead == Ahead.ACTIVATIONS) {
      a.imul(AHEAD, X_STRIDE, tokens);
      a.add(AHEAD, X);
    }

    a.bind(group);
    a.mov(X_AT[0], X);
    a.lea(X_AT[1], Memory.mem(X, X_STRIDE, 2, 0));
    a.add(X_AT[1], X_STRIDE);
    if (ahead == Ahead.WEIGHTS) {
      a.lea(AHEAD, Memory.mem(W, W_STRIDE, rows, 0));
    }
    a.mov(STEPS_LEFT, STEPS);
    multiplyGroup();
    a.imul(SCRATCH, STEPS, stepBytes());
    a.sub(W, SCRATCH);
    a.lea(W, Memory.mem(W, W_STRIDE, rows, 0));
    if (ahead == Ahead.ACTIVATIONS) {
      a.imul(SCRATCH, STEPS, aheadBytes());
      a.sub(AHEAD, SCRATCH);
      a.add(AHEAD, X_STRIDE);
    }
    a.add(OUT, rows * Float.BYTES);
    a.dec(GROUPS);
    a.jnz(group);

    a.vzeroupper();
    for (Gp register : SAVED.reversed()) {
      a.pop(register);
    }
    a.ret();
    return a;
  }

  /** All columns of one group, stretch by stretch. */
  private void multiplyGroup() {
    Label stretch = new Label();
    Label whole = new Label();
    Label loop = new Label();
    a.bind(stretch);
    a.mov(STRETCH_STEPS, STRETCH / lanes());
    a.cmp(STEPS_LEFT, STRETCH / lanes());
    a.jge(whole);
    a.mov(STRETCH_STEPS, STEPS_LEFT);
    a.bind(whole);
    a.sub(STEPS_LEFT, STRETCH_STEPS);
    for (int i = 0; i < rows * tokens; i++) {
      a.vxorps(v(accumulators + i), v(accumulators + i), v(accumulators + i));
    }
    a.bind(loop);
    step();
    a.dec(STRETCH_STEPS);
    a.jnz(loop);
    addToOut();
    a.test(STEPS_LEFT, STEPS_LEFT);
    a.jnz(stretch);
  }

  /** One register of columns of every row and token. */
  private void step() {
    for (int token = 0; token < tokens; token++) {
      a.vmovups(v(token), strided(X_AT[token / 3], X_STRIDE, token % 3));
    }
    if (ahead == Ahead.ACTIVATIONS) {
      a.prefetcht0(Memory.mem(AHEAD));
    }
    for (int row = 0; row < rows; row++) {
      // Two registers in turn, where there are two, so that a load need not wait.
      int weight = Math.min(tokens + row % 2, accumulators - 1);
      format.load(a, v(weight), row(W, row));
      if (ahead == Ahead.WEIGHTS) {
        a.prefetcht0(row(AHEAD, row));
      }
      for (int token = 0; token < tokens; token++) {
        a.vfmadd231ps(accumulator(row, token), v(weight), v(token));
      }
    }
    a.add(W, stepBytes());
    a.add(AHEAD, aheadBytes());
    a.add(X_AT[0], isa.bytes());
    a.add(X_AT[1], isa.bytes());
  }

  private void addToOut() {
    a.mov(SCRATCH, OUT);
    for (int token = 0; token < tokens; token++) {
      fold(token);
      if (rows == ROWS) {
        a.vaddps(xmm(0), xmm(0), Memory.mem(SCRATCH));
        a.vmovups(Memory.mem(SCRATCH), xmm(0));
      } else {
        a.vmovss(xmm(1), Memory.mem(SCRATCH));
        a.vaddps(xmm(0), xmm(0), xmm(1));
        a.vmovss(Memory.mem(SCRATCH), xmm(0));
      }
      a.add(SCRATCH, OUT_STRIDE);
    }
  }

  /**
   * Adds up the lanes of a token's sums; element {@code r} of xmm0 becomes that of row {@code r}.
   * Within each 128 bits elements 0 and 2, and 1 and 3, then both; then the halves of the register,
   * as often as it has halves of 128 bits or more. A single row takes the part of all four.
   */
  private void fold(int token) {
    Vec[] sums = new Vec[ROWS];
    for (int row = 0; row < ROWS; row++) {
      sums[row] = accumulator(Math.min(row, rows - 1), token);
    }
    a.vpunpckldq(v(0), sums[0], sums[1]);
    a.vpunpckhdq(v(1), sums[0], sums[1]);
    a.vaddps(v(0), v(0), v(1));
    a.vpunpckldq(v(1), sums[2], sums[3]);
    a.vpunpckhdq(sums[0], sums[2], sums[3]);
    a.vaddps(v(1), v(1), sums[0]);
    a.vpunpcklqdq(sums[0], v(0), v(1));
    a.vpunpckhqdq(v(0), v(0), v(1));
    a.vaddps(v(0), v(0), sums[0]);
    if (isa.bytes() == 64) {
      a.vextractf64x4(ymm(1), zmm(0), 1);
      a.vaddps(ymm(0), ymm(0), ymm(1));
    }
    a.vextracti128(xmm(1), ymm(0), 1);
    a.vaddps(xmm(0), xmm(0), xmm(1));
  }

  private Vec accumulator(int row, int token) {
    return v(accumulators + row * tokens + token);
  }

  private Vec v(int number) {
    return isa.v(number);
  }

  private int lanes() {
    return isa.bytes() / Float.BYTES;
  }

  /** Bytes of a row that one register is loaded from. */
  private int stepBytes() {
    return lanes() * format.bytes();
  }

  private int aheadBytes() {
    return ahead == Ahead.WEIGHTS ? stepBytes() : isa.bytes();
  }

  private static Memory row(Gp first, int row) {
    return row == 3 ? Memory.mem(first, W_STRIDE_3, 1, 0) : strided(first, W_STRIDE, row);
  }

  /** {@code times} 0 to 2. */
  private static Memory strided(Gp first, Gp stride, int times) {
    return times == 0 ? Memory.mem(first) : Memory.mem(first, stride, times, 0);
  }
}
