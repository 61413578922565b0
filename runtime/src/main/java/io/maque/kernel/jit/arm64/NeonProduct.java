package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.Address.mem;
import static io.maque.asm.arm64.V.v;
import static io.maque.asm.arm64.X.*;

import io.maque.asm.Label;
import io.maque.asm.arm64.NeonAssembler;
import io.maque.asm.arm64.X;
import io.maque.kernel.jit.PanelKernel;
import io.maque.kernel.jit.PanelKind;
import io.maque.kernel.jit.QuantisedActivations;

/**
 * The product of a {@link NeonPanel} with up to four activations; {@link PanelKernel#product} says
 * what is computed. Every sum of bytes is exact, so that the result does not depend on how it is
 * formed:
 *
 * <pre>
 *   DOTPROD, a register of values of four rows    I8MM, of two rows; v0 has two tokens
 *   sdot v8.4s, v4.16b, v0.4b[0]    ; token 0     smmla v8.4s, v0.16b, v4.16b
 *   sdot v10.4s, v4.16b, v1.4b[0]   ; token 1
 * </pre>
 *
 * <p>The loop over blocks for {@link PanelKind#SCALED_MIN}, one token, {@link NeonIsa#DOTPROD}:
 *
 * <pre>
 *   loop:
 *   ldp   q24, q25, [x0, #256]          ; scales of rows 0 to 3 and 4 to 7
 *   ldp   q26, q27, [x0, #288]          ; minimums
 *   ldr   q28, [x8, #32]                ; d and Σ x
 *   movi  v8.16b, #0
 *   movi  v9.16b, #0
 *   ldr   q0, [x8]                      ; sixteen activations
 *   ldp   q4, q5, [x0]                  ; columns 0 to 3
 *   sdot  v8.4s, v4.16b, v0.4b[0]       ; rows 0 to 3
 *   sdot  v9.4s, v5.16b, v0.4b[0]       ; rows 4 to 7
 *   ...                                 ; columns 4 to 15, then 16 to 31 with [x8, #16]
 *   scvtf v8.4s, v8.4s
 *   fmul  v0.4s, v24.4s, v28.s[0]
 *   fmla  v16.4s, v0.4s, v8.4s
 *   scvtf v9.4s, v9.4s
 *   fmul  v1.4s, v25.4s, v28.s[0]
 *   fmla  v17.4s, v1.4s, v9.4s
 *   fmla  v16.4s, v26.4s, v28.s[1]
 *   fmla  v17.4s, v27.4s, v28.s[1]
 *   add   x0, x0, #320
 *   add   x8, x8, #48
 *   subs  x3, x3, #1
 *   b.ne  loop
 * </pre>
 *
 * All vector registers may be used: {@link NeonLoop} keeps those that a function must.
 */
final class NeonProduct {
  static final int MAX_TOKENS = 4;

  private static final X PANEL = x0;
  private static final X X_STRIDE = x2;
  private static final X BLOCKS = x3;
  private static final X OUT_STRIDE = x5;
  private static final X FIRST = x6;
  private static final X[] ACTIVATIONS = {x8, x9, x10, x11};
  private static final X[] OUT = {x12, x13, x14, x15};

  /** Activations, and in the end the product of a scale and d. */
  private static final int Q = 0;

  /** Values, and in the end sums in the order of rows. */
  private static final int VALUES = 4;

  private static final int SUMS = 8;

  /** Two for each token. */
  private static final int ACCUMULATORS = 16;

  private static final int SCALES = 24;

  /** What stands behind a block of each token's activations: d, Σ x, and -Σ q twice. */
  private static final int TAILS = 28;

  private static final int D = 0;
  private static final int SUM = 1;
  private static final int N32 = 2;
  private static final int N16 = 3;

  /** Columns whose activations fill a register. */
  private static final int PART_COLUMNS = 16;

  private final NeonPanel panel;
  private final PanelKind kind;
  private final int planes;
  private final int tokens;
  private final NeonAssembler a = new NeonAssembler();

  /**
   * @param tokens 1 to {@link #MAX_TOKENS}
   */
  NeonProduct(NeonPanel panel, int tokens) {
    if (tokens < 1 || tokens > MAX_TOKENS) {
      throw new IllegalArgumentException(
          "expected 1 to %d tokens, found %d".formatted(MAX_TOKENS, tokens));
    }
    this.panel = panel;
    this.kind = panel.kind();
    this.planes = panel.activationPlanes();
    this.tokens = tokens;
  }

  NeonAssembler generate() {
    Label loop = new Label();
    initAccumulators();

    a.bind(loop);
    loadScales(0);
    for (int token = 0; token < tokens; token++) {
      a.ldr(v(TAILS + token).q(), mem(ACTIVATIONS[token], QuantisedActivations.d(planes)));
    }
    if (kind.hasHalves()) {
      for (int half = 0; half < 2; half++) {
        sumColumns(half, half + 1);
        addSums(half);
      }
    } else {
      sumColumns(0, 2);
      addSums(0);
    }
    addMinimums();
    a.add(PANEL, PANEL, panel.blockBytes());
    for (int token = 0; token < tokens; token++) {
      int bytes = QuantisedActivations.blockBytes(planes);
      a.add(ACTIVATIONS[token], ACTIVATIONS[token], bytes);
    }
    a.subs(BLOCKS, BLOCKS, 1);
    a.bne(loop);

    for (int token = 0; token < tokens; token++) {
      a.stp(v(accumulator(token, 0)).q(), v(accumulator(token, 1)).q(), mem(OUT[token]));
    }
    a.ret();
    return a;
  }

  private void initAccumulators() {
    Label load = new Label();
    Label done = new Label();
    a.mov(ACTIVATIONS[0], x1);
    a.mov(OUT[0], x4);
    for (int token = 1; token < tokens; token++) {
      a.add(ACTIVATIONS[token], ACTIVATIONS[token - 1], X_STRIDE);
      a.add(OUT[token], OUT[token - 1], OUT_STRIDE);
    }
    a.cbz(FIRST, load);
    for (int i = 0; i < 2 * tokens; i++) {
      a.movi(v(ACCUMULATORS + i).b16(), 0);
    }
    a.b(done);
    a.bind(load);
    for (int token = 0; token < tokens; token++) {
      a.ldp(v(accumulator(token, 0)).q(), v(accumulator(token, 1)).q(), mem(OUT[token]));
    }
    a.bind(done);
  }

  private static int accumulator(int token, int group) {
    return ACCUMULATORS + 2 * token + group;
  }

  /** Loads rows {@code first} and {@code first + 1} of the scales, where there are so many. */
  private void loadScales(int first) {
    for (int i = first; i < Math.min(first + 2, kind.scales()); i++) {
      int register = SCALES + 2 * (i - first);
      a.ldp(v(register).q(), v(register + 1).q(), mem(PANEL, panel.scales(i, 0)));
    }
  }

  /** Sums products of parts {@code [from, end)} of a block, sixteen columns each. */
  private void sumColumns(int from, int end) {
    for (int i = 0; i < sums(); i++) {
      a.movi(v(SUMS + i).b16(), 0);
    }
    for (int plane = 0; plane < planes; plane++) {
      if (plane > 0) {
        for (int i = 0; i < sums(); i++) {
          a.shl(v(SUMS + i).s4(), v(SUMS + i).s4(), QuantisedActivations.HIGH_BITS);
        }
      }
      for (int part = from; part < end; part++) {
        int x = plane * QuantisedActivations.BLOCK_COLUMNS + part * PART_COLUMNS;
        switch (panel.isa()) {
          case DOTPROD -> addDots(part, x);
          case I8MM -> addMatrixProducts(part, x);
        }
      }
    }
  }

  /** Registers of sums: two for each token, or four for each two. */
  private int sums() {
    return switch (panel.isa()) {
      case DOTPROD -> 2 * tokens;
      case I8MM -> 4 * pairs();
    };
  }

  private int pairs() {
    return Math.ceilDiv(tokens, 2);
  }

  private void addDots(int part, int x) {
    for (int token = 0; token < tokens; token++) {
      a.ldr(v(Q + token).q(), mem(ACTIVATIONS[token], x));
    }
    for (int j = 0; j < 4; j++) {
      int values = VALUES + j % 2 * 2;
      int at = panel.values(4 * part + j, 0);
      a.ldp(v(values).q(), v(values + 1).q(), mem(PANEL, at));
      for (int token = 0; token < tokens; token++) {
        for (int group = 0; group < 2; group++) {
          int sum = SUMS + 2 * token + group;
          a.sdot(v(sum).s4(), v(values + group).b16(), v(Q + token).s(j));
        }
      }
    }
  }

  /** Each product is that of two tokens and two rows; a token without a partner is its own. */
  private void addMatrixProducts(int part, int x) {
    for (int pair = 0; pair < pairs(); pair++) {
      int second = Math.min(2 * pair + 1, tokens - 1);
      a.ldr(v(VALUES).q(), mem(ACTIVATIONS[2 * pair], x));
      a.ldr(v(VALUES + 1).q(), mem(ACTIVATIONS[second], x));
      a.zip1(v(Q + 2 * pair).d2(), v(VALUES).d2(), v(VALUES + 1).d2());
      a.zip2(v(Q + 2 * pair + 1).d2(), v(VALUES).d2(), v(VALUES + 1).d2());
    }
    for (int j = 0; j < 2; j++) {
      for (int i = 0; i < 4; i += 2) {
        int at = panel.values(2 * part + j, i);
        a.ldp(v(VALUES + i).q(), v(VALUES + i + 1).q(), mem(PANEL, at));
      }
      for (int pair = 0; pair < pairs(); pair++) {
        for (int i = 0; i < 4; i++) {
          int sum = SUMS + 4 * pair + i;
          a.smmla(v(sum).s4(), v(Q + 2 * pair + j).b16(), v(VALUES + i).b16());
        }
      }
    }
  }

  /** Adds the sums, times d and row {@code scale} of the scales, to the accumulators. */
  private void addSums(int scale) {
    switch (panel.isa()) {
      case DOTPROD -> {
        for (int token = 0; token < tokens; token++) {
          addScaled(token, SUMS + 2 * token, scale);
        }
      }
      case I8MM -> {
        for (int pair = 0; pair < pairs(); pair++) {
          addPair(pair, scale);
        }
      }
    }
  }

  /** Sums of two tokens and two rows each become those of a token and four rows. */
  private void addPair(int pair, int scale) {
    int sum = SUMS + 4 * pair;
    for (int token = 2 * pair; token < Math.min(2 * pair + 2, tokens); token++) {
      for (int group = 0; group < 2; group++) {
        int rows = VALUES + group;
        if (token % 2 == 0) {
          a.zip1(v(rows).d2(), v(sum + 2 * group).d2(), v(sum + 2 * group + 1).d2());
        } else {
          a.zip2(v(rows).d2(), v(sum + 2 * group).d2(), v(sum + 2 * group + 1).d2());
        }
      }
      addScaled(token, VALUES, scale);
    }
  }

  /** {@code accumulator += (scale · d) · sum}. */
  private void addScaled(int token, int sums, int scale) {
    for (int group = 0; group < 2; group++) {
      int sum = sums + group;
      int factor = Q + group;
      int scales = SCALES + 2 * scale + group;
      a.scvtf(v(sum).s4(), v(sum).s4());
      a.fmul(v(factor).s4(), v(scales).s4(), v(TAILS + token).s(D));
      a.fmla(v(accumulator(token, group)).s4(), v(factor).s4(), v(sum).s4());
    }
  }

  private void addMinimums() {
    switch (kind) {
      case SCALED, SCALED_HALVES -> {}
      case SCALED_MIN -> {
        for (int token = 0; token < tokens; token++) {
          for (int group = 0; group < 2; group++) {
            int minimums = SCALES + 2 + group;
            a.fmla(v(accumulator(token, group)).s4(), v(minimums).s4(), v(TAILS + token).s(SUM));
          }
        }
      }
      case SCALED_MIN_HALVES -> {
        loadScales(2);
        for (int token = 0; token < tokens; token++) {
          addHalfMinimums(token);
        }
      }
    }
  }

  /** The negated sums of q in columns 0 to 15 and 16 to 31, scaled as products are. */
  private void addHalfMinimums(int token) {
    int low = SUMS;
    int high = SUMS + 2;
    a.dup(v(low).s4(), v(TAILS + token).s(N16));
    a.dup(v(high).s4(), v(TAILS + token).s(N32));
    a.sub(v(high).s4(), v(high).s4(), v(low).s4());
    a.dup(v(low + 1).s4(), v(low).s(0));
    a.dup(v(high + 1).s4(), v(high).s(0));
    addScaled(token, low, 0);
    addScaled(token, high, 1);
  }
}
