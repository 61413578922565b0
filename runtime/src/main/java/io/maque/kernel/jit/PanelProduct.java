package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import java.util.function.IntUnaryOperator;

/**
 * The product of a {@link Panel} with a few activations; {@link PanelKernel#product} says what is
 * computed.
 *
 * <p>The loop over blocks for {@link PanelKind#SCALED} of 4 bits, one token, {@link Isa#AVX2}:
 *
 * <pre>
 *   loop:
 *   vmovups      ymm0, [rdi]              ; values, to ymm7, [rdi+224]
 *   vpbroadcastd ymm8, [rsi+40]           ; -Σ q
 *   vpslld       ymm8, ymm8, 3            ; times the offset
 *   vpbroadcastd ymm11, [rsi]             ; four activations
 *   vpmaddubsw   ymm11, ymm0, ymm11
 *   vpbroadcastd ymm10, [rsi+4]           ; and the next four, to [rsi+28]
 *   vpmaddubsw   ymm10, ymm1, ymm10
 *   vpaddw       ymm11, ymm11, ymm10
 *   ...
 *   vpmaddwd     ymm11, ymm11, ymm9       ; times ones: pairs of 16-bit sums
 *   vpaddd       ymm8, ymm8, ymm11
 *   vcvtdq2ps    ymm8, ymm8
 *   vbroadcastss ymm10, [rsi+32]          ; d
 *   vmulps       ymm10, ymm10, [rdi+256]  ; times scales
 *   vfmadd231ps  ymm12, ymm10, ymm8
 *   add          rdi, 288
 *   add          rsi, 48
 *   add          r10, 48
 *   dec          rcx
 *   jnz          loop
 * </pre>
 *
 * and for {@link PanelKind#SCALED_MIN}, {@link Isa#AVX512_VNNI}:
 *
 * <pre>
 *   loop:
 *   vmovups      zmm0, [rdi]              ; values, to zmm7, [rdi+448]
 *   vmovups      zmm20, [rdi+512]         ; scales
 *   vmovups      zmm21, [rdi+576]         ; minimums
 *   vxorps       zmm8, zmm8, zmm8
 *   vpdpbusd     zmm8, zmm0, [rsi]{1to16} ; to zmm7, [rsi+28]; of several tokens in turn,
 *   ...                                   ; with sums in zmm22 and on
 *   vcvtdq2ps    zmm8, zmm8
 *   vmulps       zmm10, zmm20, [rsi+32]{1to16}
 *   vfmadd231ps  zmm12, zmm10, zmm8
 *   vfmadd231ps  zmm12, zmm21, [rsi+36]{1to16}
 *   add          rdi, 640
 *   add          rsi, 48
 *   add          r10, 48
 *   dec          rcx
 *   jnz          loop
 * </pre>
 */
final class PanelProduct {
  private static final Gp PANEL = rdi;
  private static final Gp BLOCKS = rcx;
  private static final Gp OUT = r8;
  private static final Gp OUT_STRIDE = r9;

  /** Activations 0 to 3 at rsi, 4 to 7 at r10; rdx their stride, rax three times it. */
  private static final Gp[] X = {rsi, r10};

  private static final Gp X_STRIDE = rdx;
  private static final Gp X_STRIDE_3 = rax;
  private static final Gp OUT_TOKEN = r11;

  /** Registers 0 to 7 hold a block's values. */
  private static final int SUM = 8;

  /** Of columns 16 to 31, where they have their own scale; else free for {@link Int8Dot}. */
  private static final int SECOND_SUM = 9;

  private static final int BROADCAST = 10;
  private static final int PRODUCTS = 11;

  /** One accumulator for each token: four of 16 registers, eight of 32. */
  private static final int ACCUMULATORS = 12;

  /** With 32 registers, the scales; with 16 they are read for each token. */
  private static final int SCALES = 20;

  private final Panel panel;
  private final int planes;
  private final int tokens;
  private final VectorAssembler a;
  private final Constants constants = new Constants();
  private final Int8Dot dot;
  private final SumScaling scaling;

  /**
   * @param tokens 1 to {@link #maxTokens}
   */
  PanelProduct(Panel panel, int tokens) {
    if (tokens < 1 || tokens > maxTokens(panel.isa())) {
      throw new IllegalArgumentException(
          "expected 1 to %d tokens, found %d".formatted(maxTokens(panel.isa()), tokens));
    }
    this.panel = panel;
    this.planes = panel.activationPlanes();
    this.tokens = tokens;
    this.a = panel.isa().assembler();
    this.dot = new Int8Dot(a, panel, constants, BROADCAST, PRODUCTS, SECOND_SUM);
    int scales = hasScaleRegisters() ? SCALES : SumScaling.Registers.IN_MEMORY;
    this.scaling =
        new SumScaling(
            a,
            panel,
            new SumScaling.Registers(ACCUMULATORS, scales, BROADCAST),
            this::scales,
            PanelProduct::x);
  }

  /** Most activations one call takes. */
  static int maxTokens(Isa isa) {
    return Math.min(SCALES, isa.registers()) - ACCUMULATORS;
  }

  VectorAssembler generate() {
    Label loop = new Label();
    initAccumulators();
    a.lea(X_STRIDE_3, Memory.mem(X_STRIDE, X_STRIDE, 2, 0));
    a.lea(X[1], Memory.mem(X[0], X_STRIDE, 4, 0));

    dot.loadConstants();

    a.bind(loop);
    dot.loadValues(this::values);
    scaling.loadScales();
    for (int token = 0; token < tokens; token += together()) {
      accumulateBlock(token, Math.min(token + together(), tokens));
    }
    a.add(PANEL, panel.blockBytes());
    a.add(X[0], QuantisedActivations.blockBytes(planes));
    a.add(X[1], QuantisedActivations.blockBytes(planes));
    a.dec(BLOCKS);
    a.jnz(loop);

    store();
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  private void initAccumulators() {
    Label load = new Label();
    Label done = new Label();
    // The return address lies at rsp, the seventh argument above it.
    a.mov(rax.low(), Memory.mem(rsp, 8));
    a.test(rax.low(), rax.low());
    a.jz(load);
    for (int token = 0; token < tokens; token++) {
      clear(ACCUMULATORS + token);
    }
    a.jmp(done);
    a.bind(load);
    a.mov(OUT_TOKEN, OUT);
    for (int token = 0; token < tokens; token++) {
      a.vmovups(v(ACCUMULATORS + token), Memory.mem(OUT_TOKEN));
      a.add(OUT_TOKEN, OUT_STRIDE);
    }
    a.bind(done);
  }

  private void store() {
    for (int token = 0; token < tokens; token++) {
      a.vmovups(Memory.mem(OUT), v(ACCUMULATORS + token));
      a.add(OUT, OUT_STRIDE);
    }
  }

  /**
   * Tokens whose sums are formed at once, a product of each in turn: then no sum waits for itself.
   * With 16 registers there is room for one; its successors begin while it waits.
   */
  private int together() {
    if (!hasScaleRegisters()) {
      return 1;
    }
    int free = panel.isa().registers() - moreSums();
    return Math.min(maxTokens(panel.isa()), 1 + (panel.kind().hasHalves() ? free / 2 : free));
  }

  /** With 32 registers, the first of those for sums of the second token and on. */
  private int moreSums() {
    return SCALES + panel.kind().scales();
  }

  private int sum(int i) {
    return i == 0 ? SUM : moreSums() + i - 1;
  }

  private int secondSum(int i) {
    return i == 0 ? SECOND_SUM : moreSums() + together() + i - 2;
  }

  /** Adds a block of tokens {@code [from, to)} to the accumulators. */
  private void accumulateBlock(int from, int to) {
    int all = Panel.VALUE_REGISTERS;
    for (int token = from; token < to; token++) {
      startSums(token, sum(token - from), secondSum(token - from));
    }
    for (int plane = 0; plane < planes; plane++) {
      if (plane > 0) {
        for (int token = from; token < to; token++) {
          a.vpslld(v(sum(token - from)), v(sum(token - from)), QuantisedActivations.HIGH_BITS);
        }
      }
      if (panel.kind().hasHalves()) {
        addDots(from, to, plane, 0, all / 2, this::sum);
        addDots(from, to, plane, all / 2, all, this::secondSum);
      } else {
        addDots(from, to, plane, 0, all, this::sum);
      }
    }
    for (int token = from; token < to; token++) {
      scaling.add(token, sum(token - from), secondSum(token - from));
    }
  }

  /** Sets sums to what the values' offset contributes, less the shifts that are to follow. */
  private void startSums(int token, int sum, int second) {
    switch (panel.kind()) {
      case SCALED -> startSum(token, sum);
      case SCALED_MIN -> clear(sum);
      case SCALED_HALVES -> {
        scaling.loadNegatedSums(token, sum, second);
        a.vpslld(v(sum), v(sum), panel.offsetBits());
        a.vpslld(v(second), v(second), panel.offsetBits());
      }
      case SCALED_MIN_HALVES -> {
        clear(sum);
        clear(second);
      }
    }
  }

  private void startSum(int token, int sum) {
    if (panel.signedValues()) {
      clear(sum);
      return;
    }
    int shift = panel.offsetBits() - (planes - 1) * QuantisedActivations.HIGH_BITS;
    a.vpbroadcastd(v(sum), x(token, QuantisedActivations.n32(planes)));
    if (shift > 0) {
      a.vpslld(v(sum), v(sum), shift);
    }
  }

  /** Adds the products of some value registers with one plane of each token's activations. */
  private void addDots(int from, int to, int plane, int first, int end, IntUnaryOperator sum) {
    int columns = plane * Panel.BLOCK_COLUMNS;
    if (to - from == 1) {
      dot.add(sum.applyAsInt(0), first, end, j -> x(from, columns + 4 * j), this::values);
      return;
    }
    for (int j = first; j < end; j++) {
      for (int token = from; token < to; token++) {
        Memory q = x(token, columns + 4 * j);
        dot.add(sum.applyAsInt(token - from), j, j + 1, i -> q, this::values);
      }
    }
  }

  private boolean hasScaleRegisters() {
    return panel.isa().registers() > SCALES;
  }

  private void clear(int register) {
    a.vxorps(v(register), v(register), v(register));
  }

  private Vec v(int number) {
    return panel.v(number);
  }

  private Memory values(int j) {
    return Memory.mem(PANEL, panel.values(j));
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
