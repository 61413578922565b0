package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;

/**
 * The product of a {@link Panel} with one to eight activations, for AVX-512 with VNNI: {@code
 * out[t][r] += Σ_blocks (scale_r · d_t) · Σ (value - offset) · q}, blocks in order, one rounding
 * for each multiplication and each fused addition. The integer sum is exact, so this order is the
 * whole definition of the result, on every instruction set and for every number of tokens.
 *
 * <p>The function is {@code void product(const void* panel, const void* x, long xStride, long
 * blocks, float* out, long outStride, int first, int mask)}: {@code first} starts from zero instead
 * of from {@code out}; {@code mask} has a bit for each of the sixteen outputs to be read and
 * written.
 */
final class PanelProduct {
  /** Most activations one call takes. */
  static final int MAX_TOKENS = 8;

  private static final Gp PANEL = rdi;
  private static final Gp BLOCKS = rcx;
  private static final Gp OUT = r8;
  private static final Gp OUT_STRIDE = r9;

  /** Activations 0 to 3 at rsi, 4 to 7 at r10; rdx their stride, rax three times it. */
  private static final Gp[] X = {rsi, r10};

  private static final Gp X_STRIDE = rdx;
  private static final Gp X_STRIDE_3 = rax;
  private static final Gp OUT_TOKEN = r11;

  /** zmm0 to zmm7 hold a block's values. */
  private static final int SCALE = 8;

  private static final int SECOND = 9;

  /** Integer sums, several so that tokens overlap. */
  private static final int SUMS = 10;

  private static final int SUM_REGISTERS = 4;
  private static final int FACTORS = 14;

  /** One accumulator for each token; eight are left. */
  private static final int ACCUMULATORS = 16;

  private final Panel panel;
  private final int tokens;
  private final VectorAssembler a = new VectorAssembler();

  /**
   * @param tokens 1 to {@link #MAX_TOKENS}
   */
  PanelProduct(Panel panel, int tokens) {
    if (tokens < 1 || tokens > MAX_TOKENS || ACCUMULATORS + MAX_TOKENS > 32) {
      throw new IllegalArgumentException("expected 1 to 8 tokens, found " + tokens);
    }
    this.panel = panel;
    this.tokens = tokens;
  }

  VectorAssembler generate() {
    Label loop = new Label();
    // The return address lies at rsp, the seventh and eighth argument above it.
    a.mov(rax.low(), Memory.mem(rsp, 16));
    a.kmov(k1, rax.low());
    initAccumulators();
    a.lea(X_STRIDE_3, Memory.mem(X_STRIDE, X_STRIDE, 2, 0));
    a.lea(X[1], Memory.mem(X[0], X_STRIDE, 4, 0));

    a.bind(loop);
    for (int j = 0; j < Panel.VALUE_REGISTERS; j++) {
      a.vmovups(zmm(j), Memory.mem(PANEL, Panel.VALUES_BYTES * j));
    }
    a.vmovups(zmm(SCALE), Memory.mem(PANEL, Panel.SCALES));
    if (panel.kind() != Panel.Kind.SCALED) {
      a.vmovups(zmm(SECOND), Memory.mem(PANEL, Panel.SECOND_SCALES));
    }
    for (int token = 0; token < tokens; token++) {
      accumulateBlock(token);
    }
    a.add(PANEL, panel.blockBytes());
    a.add(X[0], Q8Activations.BLOCK_BYTES);
    a.add(X[1], Q8Activations.BLOCK_BYTES);
    a.dec(BLOCKS);
    a.jnz(loop);

    store();
    a.vzeroupper();
    a.ret();
    return a;
  }

  private void initAccumulators() {
    Label load = new Label();
    Label done = new Label();
    a.mov(rax.low(), Memory.mem(rsp, 8));
    a.test(rax.low(), rax.low());
    a.jz(load);
    for (int token = 0; token < tokens; token++) {
      a.vpxord(zmm(ACCUMULATORS + token), zmm(ACCUMULATORS + token), zmm(ACCUMULATORS + token));
    }
    a.jmp(done);
    a.bind(load);
    a.mov(OUT_TOKEN, OUT);
    for (int token = 0; token < tokens; token++) {
      a.vmovups(zmm(ACCUMULATORS + token).zeroed(k1), Memory.mem(OUT_TOKEN));
      a.add(OUT_TOKEN, OUT_STRIDE);
    }
    a.bind(done);
  }

  private void store() {
    for (int token = 0; token < tokens; token++) {
      a.vmovups(Memory.mem(OUT), zmm(ACCUMULATORS + token).masked(k1));
      a.add(OUT, OUT_STRIDE);
    }
  }

  private void accumulateBlock(int token) {
    int sum = SUMS + 2 * token % SUM_REGISTERS;
    switch (panel.kind()) {
      case SCALED -> {
        a.vpbroadcastd(zmm(sum), x(token, Q8Activations.N32));
        a.vpslld(zmm(sum), zmm(sum), panel.offsetBits());
        dot(sum, token, 0, Panel.VALUE_REGISTERS);
        addScaled(token, sum, SCALE);
      }
      case SCALED_MIN -> {
        a.vpxord(zmm(sum), zmm(sum), zmm(sum));
        dot(sum, token, 0, Panel.VALUE_REGISTERS);
        addScaled(token, sum, SCALE);
        a.vfmadd231ps(
            zmm(ACCUMULATORS + token), zmm(SECOND), x(token, Q8Activations.SUM).broadcasting());
      }
      case SCALED_HALVES -> {
        a.vpbroadcastd(zmm(sum), x(token, Q8Activations.N16));
        a.vpbroadcastd(zmm(sum + 1), x(token, Q8Activations.N32));
        a.vpsubd(zmm(sum + 1), zmm(sum + 1), zmm(sum));
        a.vpslld(zmm(sum), zmm(sum), panel.offsetBits());
        a.vpslld(zmm(sum + 1), zmm(sum + 1), panel.offsetBits());
        dot(sum, token, 0, Panel.VALUE_REGISTERS / 2);
        dot(sum + 1, token, Panel.VALUE_REGISTERS / 2, Panel.VALUE_REGISTERS);
        addScaled(token, sum, SCALE);
        addScaled(token, sum + 1, SECOND);
      }
    }
  }

  private void dot(int sum, int token, int from, int to) {
    for (int j = from; j < to; j++) {
      a.vpdpbusd(zmm(sum), zmm(j), x(token, 4 * j).broadcasting());
    }
  }

  private void addScaled(int token, int sum, int scale) {
    int factor = FACTORS + token % 2;
    a.vcvtdq2ps(zmm(sum), zmm(sum));
    a.vmulps(zmm(factor), zmm(scale), x(token, Q8Activations.D).broadcasting());
    a.vfmadd231ps(zmm(ACCUMULATORS + token), zmm(factor), zmm(sum));
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
