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
import io.maque.kernel.Attention;
import io.maque.kernel.AttentionShape;
import io.maque.tensor.TensorType;
import java.util.List;

/**
 * Attends to the positions of a range for a few tokens, in steps of up to N, as many as a register
 * has elements: {@code void range(const void* pool, const float* query, float* state, long*
 * arguments)}. Arguments are
 *
 * <pre>
 *     0  bytes from token to token in query
 *     8  tokens
 *    16  position of the first token
 *    24  positions that a token sees, its own being the last
 *    32  address after the last step
 *    64  f32[N]: ones in all bits for positions of the step that the token sees
 *   128  steps: byte of the first key in the pool, of the first value, position, positions
 *  4288  f32[N][padded]: keys, then values, of a step
 * </pre>
 *
 * <p>A step converts the keys to f32 once, forms the scores of each head of each token in one
 * register ({@link AttentionScores}), then converts the values once and adds them. All of it stays
 * in the first-level cache. A token that sees none of a step's positions is passed over: its state
 * has the same bits whichever tokens are beside it.
 *
 * <p>The loop over a step's positions for one head of up to 64 values, where not all are seen:
 *
 * <pre>
 *   loop:
 *   vbroadcastss zmm17, [rdi]               ; weight
 *   vfmadd231ps  zmm0, zmm17, [rsi]         ; value
 *   vfmadd231ps  zmm1, zmm17, [rsi+64]
 *   vfmadd231ps  zmm2, zmm17, [rsi+128]
 *   vfmadd231ps  zmm3, zmm17, [rsi+192]
 *   add          rsi, 256
 *   add          rdi, 4
 *   dec          r8
 *   jnz          loop
 * </pre>
 */
final class AttentionRange {
  static final int QUERY_STRIDE = 0;
  static final int TOKENS = 8;
  static final int POSITION = 16;
  static final int WINDOW = 24;
  static final int STEPS_END = 32;
  static final int SEEN = 64;
  static final int STEPS = 128;

  /** Of a step. */
  static final int STEP_KEYS = 0;

  static final int STEP_VALUES = 8;
  static final int STEP_POSITION = 16;
  static final int STEP_COUNT = 24;
  static final int STEP_BYTES = 32;

  /** Registers of values that are summed at once. */
  private static final int VALUE_REGISTERS = 8;

  private static final int LINE_BYTES = 64;

  /** The register that holds the scale of a block of Q8_0. */
  private static final int SCALE = 4;

  private static final Gp ARGUMENTS = rbx;
  private static final Gp STEP = rbp;
  private static final Gp POOL = r12;
  private static final Gp TOKENS_LEFT = r13;

  /** Positions from the step's first to the one after the token's own. */
  private static final Gp END = r14;

  private static final Gp TOKEN_QUERY = r15;
  private static final Gp QUERY = rdx;

  /** The state of a head of a token. */
  private static final Gp ROW = r9;

  private static final Gp HEADS_LEFT = rcx;

  /** Positions of the step that a token sees: from the first one on, up to before the last. */
  private static final Gp SEEN_BEGIN = r10;

  private static final Gp SEEN_END = r11;
  private static final Gp FROM = rsi;
  private static final Gp TO = rdi;
  private static final Gp COUNT = r8;
  private static final Gp AHEAD = rax;
  private static final List<Gp> SAVED = List.of(rbx, rbp, r12, r13, r14, r15);

  /** On the stack: where queries and states begin. */
  private static final Memory QUERIES = Memory.mem(rsp);

  private static final Memory STATES = Memory.mem(rsp, Long.BYTES);

  private final Isa isa;
  private final AttentionShape shape;
  private final TensorType type;
  private final int tile = tileOffset();

  /** Positions of a step: one score each in a register. */
  private final int positions;

  private final VectorAssembler a;
  private final Constants constants = new Constants();
  private final Lanes lanes;

  AttentionRange(Isa isa, AttentionShape shape, TensorType type) {
    this.isa = isa;
    this.shape = shape;
    this.type = type;
    this.positions = isa.floats();
    this.a = isa.assembler();
    this.lanes = new Lanes(isa, a, constants);
  }

  /** Where the tile is, behind the arguments proper. */
  static int tileOffset() {
    int bytes = STEPS + (Attention.RANGE + 1) * STEP_BYTES;
    return Math.ceilDiv(bytes, LINE_BYTES) * LINE_BYTES;
  }

  /** Bytes of one position in the tile: the longer of key and value, in whole registers. */
  private static int tileStride(Isa isa, AttentionShape shape) {
    int longer = Math.max(shape.keyLength(), shape.valueLength());
    return AttentionState.chunks(isa, longer) * isa.bytes();
  }

  static long argumentBytes(Isa isa, AttentionShape shape) {
    return tileOffset() + (long) isa.floats() * tileStride(isa, shape);
  }

  VectorAssembler generate() {
    Label step = new Label();
    for (Gp register : SAVED) {
      a.push(register);
    }
    a.push(rdx);
    a.push(rsi);
    a.mov(POOL, rdi);
    a.mov(ARGUMENTS, rcx);
    clearStates();

    a.lea(STEP, Memory.mem(ARGUMENTS, STEPS));
    a.bind(step);
    convert(STEP_KEYS, shape.keyLength());
    forEachToken(this::scoreToken);
    convert(STEP_VALUES, shape.valueLength());
    forEachToken(this::addValues);
    a.add(STEP, STEP_BYTES);
    a.mov(rax, Memory.mem(ARGUMENTS, STEPS_END));
    a.cmp(STEP, rax);
    a.jnz(step);

    a.add(rsp, 2 * Long.BYTES);
    a.vzeroupper();
    for (Gp register : SAVED.reversed()) {
      a.pop(register);
    }
    a.ret();
    constants.place(a);
    return a;
  }

  private void clearStates() {
    Label loop = new Label();
    constants.loadFloats(a, v(0), Float.NEGATIVE_INFINITY);
    a.vxorps(v(1), v(1), v(1));
    a.mov(ROW, STATES);
    a.mov(rax, Memory.mem(ARGUMENTS, TOKENS));
    a.imul(rax, rax, shape.groupSize());
    a.bind(loop);
    a.vmovups(Memory.mem(ROW, AttentionState.LARGEST), v(0));
    for (int at = AttentionState.SUMS; at < rowBytes(); at += isa.bytes()) {
      a.vmovups(Memory.mem(ROW, at), v(1));
    }
    a.add(ROW, rowBytes());
    a.dec(rax);
    a.jnz(loop);
  }

  private Vec v(int number) {
    return isa.v(number);
  }

  private int tileStride() {
    return tileStride(isa, shape);
  }

  private int rowBytes() {
    return AttentionState.rowBytes(isa, shape);
  }

  /** Converts the step's keys or values to f32. */
  private void convert(int rows, int length) {
    Label loop = new Label();
    a.mov(FROM, Memory.mem(STEP, rows));
    a.add(FROM, POOL);
    a.lea(TO, Memory.mem(ARGUMENTS, tile));
    a.mov(COUNT, Memory.mem(STEP, STEP_COUNT));
    a.bind(loop);
    for (int c = 0; c < AttentionState.chunks(isa, length); c++) {
      int register = c % 4;
      int element = c * isa.floats();
      switch (type) {
        case F16 -> convertHalves(register, element * Short.BYTES, length - element);
        case Q8_0 -> convertBytes(register, element);
        default -> {
          Memory values = Memory.mem(FROM, element * Float.BYTES);
          lanes.load(v(register), values, lanes.chunk(c, length, register, k3));
        }
      }
      a.vmovups(Memory.mem(TO, c * isa.bytes()), v(register));
    }
    a.add(FROM, (int) type.bytes(length));
    a.add(TO, tileStride());
    a.dec(COUNT);
    a.jnz(loop);
  }

  /** A register of f16; without masks those of less than a register are gathered one by one. */
  private void convertHalves(int register, int at, int count) {
    if (count >= isa.floats()) {
      a.vcvtph2ps(v(register), Memory.mem(FROM, at));
    } else if (isa.hasMasks()) {
      lanes.first(count, register, k3);
      a.vcvtph2ps(v(register).zeroed(k3), Memory.mem(FROM, at));
    } else {
      a.vxorps(xmm(register), xmm(register), xmm(register));
      for (int i = 0; i < count; i++) {
        a.vpinsrw(xmm(register), xmm(register), Memory.mem(FROM, at + i * Short.BYTES), i);
      }
      a.vcvtph2ps(v(register), xmm(register));
    }
  }

  /**
   * A register of a block of Q8_0, times its scale, which stays in a register from the block's
   * first values on. Integer times scale has 19 bits at most, so nothing is rounded.
   */
  private void convertBytes(int register, int element) {
    int block = element / type.blockSize() * type.blockBytes();
    int at = element % type.blockSize();
    if (at == 0) {
      a.vpbroadcastw(v(SCALE).as(isa.bytes() * 4), Memory.mem(FROM, block));
      a.vcvtph2ps(v(SCALE), v(SCALE).as(isa.bytes() * 4));
    }
    a.vpmovsxbd(v(register), Memory.mem(FROM, block + Short.BYTES + at));
    a.vcvtdq2ps(v(register), v(register));
    a.vmulps(v(register), v(register), v(SCALE));
  }

  /** Runs {@code body} for each token that sees some position of the step. */
  private void forEachToken(Runnable body) {
    Label loop = new Label();
    Label startBefore = new Label();
    Label endBefore = new Label();
    Label unseen = new Label();
    Label next = new Label();
    a.mov(ROW, STATES);
    a.mov(TOKEN_QUERY, QUERIES);
    a.mov(TOKENS_LEFT, Memory.mem(ARGUMENTS, TOKENS));
    a.mov(END, Memory.mem(ARGUMENTS, POSITION));
    a.mov(rax, Memory.mem(STEP, STEP_POSITION));
    a.sub(END, rax);
    a.bind(loop);
    a.add(END, 1);
    a.mov(SEEN_BEGIN, END);
    a.mov(rax, Memory.mem(ARGUMENTS, WINDOW));
    a.sub(SEEN_BEGIN, rax);
    a.cmp(SEEN_BEGIN, 0);
    a.jge(startBefore);
    a.mov(SEEN_BEGIN, 0);
    a.bind(startBefore);
    a.mov(SEEN_END, Memory.mem(STEP, STEP_COUNT));
    a.cmp(END, SEEN_END);
    a.jge(endBefore);
    a.mov(SEEN_END, END);
    a.bind(endBefore);
    a.cmp(SEEN_BEGIN, SEEN_END);
    a.jge(unseen);
    body.run();
    a.jmp(next);
    a.bind(unseen);
    a.add(ROW, shape.groupSize() * rowBytes());
    a.bind(next);
    a.mov(rax, Memory.mem(ARGUMENTS, QUERY_STRIDE));
    a.add(TOKEN_QUERY, rax);
    a.dec(TOKENS_LEFT);
    a.jnz(loop);
  }

  /**
   * Fetches ahead, for each head its part of the next step's rows, so that memory is read while
   * heads are computed. Later tokens fetch the same again, which costs next to nothing.
   */
  private void prefetch(int length) {
    int lines = (int) Math.ceilDiv(positions * type.bytes(length), LINE_BYTES);
    int headLines = Math.ceilDiv(lines, shape.groupSize());
    for (int line = 0; line < headLines; line++) {
      a.prefetcht0(Memory.mem(AHEAD, line * LINE_BYTES));
    }
    a.add(AHEAD, headLines * LINE_BYTES);
  }

  /** Aims {@link #AHEAD} at the next step's keys or values. */
  private void aimAhead(int rows) {
    a.mov(AHEAD, Memory.mem(STEP, STEP_BYTES + rows));
    a.add(AHEAD, POOL);
  }

  private void scoreToken() {
    Label head = new Label();
    storeSeen();
    aimAhead(STEP_KEYS);
    a.mov(QUERY, TOKEN_QUERY);
    a.mov(HEADS_LEFT, shape.groupSize());
    a.bind(head);
    prefetch(shape.keyLength());
    new AttentionScores(isa, a, constants, lanes, shape)
        .emit(
            QUERY,
            Memory.mem(ARGUMENTS, tile),
            tileStride(),
            ROW,
            register -> lanes.selected(Memory.mem(ARGUMENTS, SEEN), register, k1));
    a.add(QUERY, shape.keyLength() * Float.BYTES);
    nextHead(head);
  }

  private void nextHead(Label head) {
    a.add(ROW, rowBytes());
    a.dec(HEADS_LEFT);
    a.jnz(head);
  }

  /** Stores ones from {@link #SEEN_BEGIN} up to before {@link #SEEN_END}. */
  private void storeSeen() {
    Gp ones = FROM;
    a.lea(ones, constants.onesThenZeros(positions));
    a.mov(rax, positions);
    a.sub(rax, SEEN_END);
    a.vmovups(v(0), Memory.mem(ones, rax, Integer.BYTES, 0));
    a.mov(rax, positions);
    a.sub(rax, SEEN_BEGIN);
    a.vxorps(v(0), v(0), Memory.mem(ones, rax, Integer.BYTES, 0));
    a.vmovups(Memory.mem(ARGUMENTS, SEEN), v(0));
  }

  private void addValues() {
    Label some = new Label();
    Label done = new Label();
    a.mov(rax, SEEN_END);
    a.sub(rax, SEEN_BEGIN);
    a.cmp(rax, positions);
    a.jnz(some);
    addValues(this::addAllPositions);
    a.jmp(done);
    a.bind(some);
    addValues(this::addSeenPositions);
    a.bind(done);
  }

  /** Adds weight times value to zmm0 and on. */
  @FunctionalInterface
  private interface AddPositions {
    void emit(int group, int count);
  }

  private void addValues(AddPositions adding) {
    Label head = new Label();
    int chunks = AttentionState.chunks(isa, shape.valueLength());
    aimAhead(STEP_VALUES);
    a.mov(HEADS_LEFT, shape.groupSize());
    a.bind(head);
    prefetch(shape.valueLength());
    a.vbroadcastss(v(positions), Memory.mem(ROW, AttentionState.FACTOR));
    for (int group = 0; group < chunks; group += VALUE_REGISTERS) {
      int count = Math.min(VALUE_REGISTERS, chunks - group);
      int base = AttentionState.WEIGHTED + group * isa.bytes();
      for (int c = 0; c < count; c++) {
        a.vmulps(v(c), v(positions), Memory.mem(ROW, base + c * isa.bytes()));
      }
      adding.emit(group, count);
      for (int c = 0; c < count; c++) {
        a.vmovups(Memory.mem(ROW, base + c * isa.bytes()), v(c));
      }
    }
    nextHead(head);
  }

  private void addAllPositions(int group, int count) {
    for (int position = 0; position < positions; position++) {
      Vec weight = v(positions + 1 + position % 2);
      a.vbroadcastss(weight, Memory.mem(ROW, AttentionState.WEIGHTS + position * Float.BYTES));
      for (int c = 0; c < count; c++) {
        int at = tile + position * tileStride() + (group + c) * isa.bytes();
        a.vfmadd231ps(v(c), weight, Memory.mem(ARGUMENTS, at));
      }
    }
  }

  private void addSeenPositions(int group, int count) {
    Label loop = new Label();
    a.imul(FROM, SEEN_BEGIN, tileStride());
    a.add(FROM, ARGUMENTS);
    a.add(FROM, tile + group * isa.bytes());
    a.lea(TO, Memory.mem(ROW, SEEN_BEGIN, Float.BYTES, AttentionState.WEIGHTS));
    a.mov(COUNT, SEEN_END);
    a.sub(COUNT, SEEN_BEGIN);
    a.bind(loop);
    a.vbroadcastss(v(positions + 1), Memory.mem(TO));
    for (int c = 0; c < count; c++) {
      a.vfmadd231ps(v(c), v(positions + 1), Memory.mem(FROM, c * isa.bytes()));
    }
    a.add(FROM, tileStride());
    a.add(TO, Float.BYTES);
    a.dec(COUNT);
    a.jnz(loop);
  }
}
