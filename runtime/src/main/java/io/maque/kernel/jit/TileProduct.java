package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Tile;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import java.util.List;

/**
 * The product of a {@link Panel} with up to sixteen activations in tiles of AMX; {@link
 * PanelKernel#product} says what is computed, {@link TileShapes} what the tiles are.
 *
 * <p>Both sides lie in memory as tiles want them: activations are rows a stride apart, and the
 * values of a panel block are rows of four columns. But a block's sums must leave the tiles to be
 * scaled, through memory, as there is no other way. So the tiles work a block ahead of the
 * registers: while the sums of one are scaled, those of the next are formed, in the other of two
 * places on the stack.
 *
 * <p>The loop over blocks for {@link PanelKind#SCALED}, sixteen tokens:
 *
 * <pre>
 *   loop:
 *   dec         rcx
 *   jz          last                     ; no block after this one
 *   tilezero    tmm2
 *   tileloadd   tmm6, [rdi+r12*1+576]    ; values of the next block: rows of 64 bytes
 *   tileloadd   tmm4, [rsi+rdx*1+48]     ; activations of its tokens
 *   tdpbssd     tmm2, tmm4, tmm6
 *   tilestored  [r14+r12*1], tmm2
 *   last:
 *   vmovups     zmm0, [rdi+512]          ; scales of this block
 *   vmovups     zmm4, [r13]              ; token 0: the sums of 16 rows
 *   vcvtdq2ps   zmm4, zmm4
 *   vmulps      zmm6, zmm0, [rsi+32]{1to16}
 *   vfmadd231ps zmm16, zmm6, zmm4
 *   ...                                  ; to token 15, zmm31
 *   add         rdi, 576
 *   add         rsi, 48                  ; and r10, r11, rbx
 *   mov         r15, r13
 *   mov         r13, r14
 *   mov         r14, r15
 *   test        rcx, rcx
 *   jnz         loop
 * </pre>
 *
 * <p>What that can reach, in cycles of a core with two 512-bit units, two loads and one store a
 * cycle, for 16 × 16 × 32 products: tiles 16, vector units 24, loads 28 (activations 16, values 8,
 * sums 16, d 16, by two), stores 16. {@link PanelProduct} takes 96 for the same.
 */
final class TileProduct {
  private static final Gp[] SAVED = {rbx, rbp, r12, r13, r14, r15};
  private static final Gp PANEL = rdi;
  private static final Gp BLOCKS = rcx;
  private static final Gp OUT = r8;
  private static final Gp OUT_STRIDE = r9;

  /** Activations 0 to 3, 4 to 7, and so on; rdx their stride, rax three times it. */
  private static final Gp[] X = {rsi, r10, r11, rbx};

  private static final Gp X_STRIDE = rdx;
  private static final Gp X_STRIDE_3 = rax;
  private static final Gp STACK = rbp;
  private static final Gp ROW = r12;

  /** Where the sums of this block are, and of the next. */
  private static final Gp SUMS = r13;

  private static final Gp NEXT_SUMS = r14;
  private static final Gp SCRATCH = r15;

  private static final int SCALES = 0;
  private static final int SUM = 4;
  private static final int SECOND_SUM = 5;
  private static final int SCALED = 6;

  /** One accumulator for each token. */
  private static final int ACCUMULATORS = 16;

  private final Panel panel;
  private final int planes;
  private final int tokens;
  private final boolean full;
  private final TileShapes shapes;
  private final VectorAssembler a;
  private final SumScaling scaling;

  /**
   * @param tokens 1 to {@link TileShapes#TOKENS}
   */
  TileProduct(Panel panel, int tokens) {
    if (tokens < 1 || tokens > TileShapes.TOKENS) {
      throw new IllegalArgumentException(
          "expected 1 to %d tokens, found %d".formatted(TileShapes.TOKENS, tokens));
    }
    this.panel = panel;
    this.planes = panel.activationPlanes();
    this.tokens = tokens;
    this.full = tokens == TileShapes.TOKENS;
    this.shapes = new TileShapes(panel);
    this.a = panel.isa().assembler();
    SumScaling.Registers registers = new SumScaling.Registers(ACCUMULATORS, SCALES, SCALED);
    this.scaling = new SumScaling(a, panel, registers, this::scales, TileProduct::x);
  }

  VectorAssembler generate() {
    Label loop = new Label();
    Label last = new Label();
    begin();
    initAccumulators();
    multiplyTiles(0, SUMS);

    a.bind(loop);
    a.dec(BLOCKS);
    a.jz(last);
    multiplyTiles(1, NEXT_SUMS);
    a.bind(last);
    scaling.loadScales();
    for (int token = 0; token < tokens; token++) {
      loadSums(token);
      scaling.add(token, SUM, SECOND_SUM);
    }
    a.add(PANEL, panel.blockBytes());
    for (Gp x : X) {
      a.add(x, QuantisedActivations.blockBytes(planes));
    }
    a.mov(SCRATCH, SUMS);
    a.mov(SUMS, NEXT_SUMS);
    a.mov(NEXT_SUMS, SCRATCH);
    a.test(BLOCKS, BLOCKS);
    a.jnz(loop);

    store();
    end();
    return a;
  }

  /** Keeps registers, and makes room on the stack for the sums of two blocks. */
  private void begin() {
    int sumsBytes = shapes.products() * TileShapes.SUMS_BYTES;
    for (Gp register : SAVED) {
      a.push(register);
    }
    a.mov(STACK, rsp);
    a.sub(rsp, 2 * sumsBytes);
    a.and(rsp, -TileShapes.ROW_BYTES);
    a.mov(SUMS, rsp);
    a.lea(NEXT_SUMS, Memory.mem(rsp, sumsBytes));
    a.mov(ROW, TileShapes.ROW_BYTES);
    a.lea(X_STRIDE_3, Memory.mem(X_STRIDE, X_STRIDE, 2, 0));
    for (int i = 1; i < X.length; i++) {
      a.lea(X[i], Memory.mem(X[i - 1], X_STRIDE, 4, 0));
    }
  }

  private void end() {
    a.vzeroupper();
    a.mov(rsp, STACK);
    for (Gp register : List.of(SAVED).reversed()) {
      a.pop(register);
    }
    a.ret();
  }

  private void initAccumulators() {
    Label load = new Label();
    Label done = new Label();
    // Above the registers kept lies the return address, above that the seventh argument.
    a.mov(SCRATCH, Memory.mem(STACK, (SAVED.length + 1) * Long.BYTES));
    a.test(SCRATCH, SCRATCH);
    a.jz(load);
    for (int token = 0; token < tokens; token++) {
      Vec accumulator = panel.v(ACCUMULATORS + token);
      a.vxorps(accumulator, accumulator, accumulator);
    }
    a.jmp(done);
    a.bind(load);
    a.mov(SCRATCH, OUT);
    for (int token = 0; token < tokens; token++) {
      a.vmovups(panel.v(ACCUMULATORS + token), Memory.mem(SCRATCH));
      a.add(SCRATCH, OUT_STRIDE);
    }
    a.bind(done);
  }

  private void store() {
    for (int token = 0; token < tokens; token++) {
      a.vmovups(Memory.mem(OUT), panel.v(ACCUMULATORS + token));
      a.add(OUT, OUT_STRIDE);
    }
  }

  /**
   * Forms the integer sums of a block.
   *
   * @param block 0 for the one that pointers are at, 1 for the next
   */
  private void multiplyTiles(int block, Gp target) {
    int activations = block * QuantisedActivations.blockBytes(planes);
    int values = block * panel.blockBytes();
    for (int i = 0; i < shapes.products(); i++) {
      Tile sums = shapes.sums(i, full);
      Tile left = shapes.activations(i, full);
      Tile right = shapes.values(i);
      a.tilezero(sums);
      if (i == 0 || !right.equals(shapes.values(i - 1))) {
        int row = i * shapes.columns() / 4;
        a.tileloadd(right, Memory.mem(PANEL, ROW, 1, values + panel.values(row)));
      }
      // Planes and halves both follow one another.
      a.tileloadd(left, Memory.mem(X[0], X_STRIDE, 1, activations + i * shapes.columns()));
      a.tdpbssd(sums, left, right);
      a.tilestored(Memory.mem(target, ROW, 1, i * TileShapes.SUMS_BYTES), sums);
    }
  }

  /** Loads a token's sums of this block; those of two planes become one. */
  private void loadSums(int token) {
    Memory first = Memory.mem(SUMS, token * TileShapes.ROW_BYTES);
    Memory second = Memory.mem(SUMS, token * TileShapes.ROW_BYTES + TileShapes.SUMS_BYTES);
    a.vmovups(panel.v(SUM), first);
    if (planes > 1) {
      a.vpslld(panel.v(SUM), panel.v(SUM), QuantisedActivations.HIGH_BITS);
      a.vpaddd(panel.v(SUM), panel.v(SUM), second);
    } else if (panel.kind().hasHalves()) {
      a.vmovups(panel.v(SECOND_SUM), second);
    }
  }

  private Memory scales(int i) {
    return Memory.mem(PANEL, panel.scales(i));
  }

  private static Memory x(int token, int displacement) {
    Gp base = X[token / 4];
    return switch (token % 4) {
      case 0 -> Memory.mem(base, displacement);
      case 1 -> Memory.mem(base, X_STRIDE, 1, displacement);
      case 2 -> Memory.mem(base, X_STRIDE, 2, displacement);
      default -> Memory.mem(base, X_STRIDE_3, 1, displacement);
    };
  }
}
