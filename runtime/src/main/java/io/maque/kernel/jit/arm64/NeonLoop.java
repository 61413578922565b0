package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.Address.mem;
import static io.maque.asm.arm64.V.v;
import static io.maque.asm.arm64.X.*;

import io.maque.asm.Label;
import io.maque.asm.arm64.Address;
import io.maque.asm.arm64.NeonAssembler;
import io.maque.asm.arm64.X;
import io.maque.kernel.jit.LoopArguments;
import io.maque.kernel.jit.PanelKernel;
import io.maque.kernel.jit.QuantisedActivations;
import io.maque.tensor.TensorType;

/**
 * Multiplies whole panels of rows with all tokens; {@link PanelKernel#loop} has the signature.
 * Keeps the registers that the procedure call standard (AAPCS64) wants kept, for the functions it
 * calls too.
 */
final class NeonLoop {
  /** Where the arguments weight and x are put. */
  private static final int WEIGHT = 0;

  private static final int ACTIVATIONS = 8;
  private static final int FIRST = LoopArguments.OWN;
  private static final int PANELS_LEFT = FIRST + 8;

  private static final X ARGUMENTS = x19;
  private static final X PANEL_ROW = x20;
  private static final X OUT_PANEL = x21;
  private static final X BLOCKS_LEFT = x22;
  private static final X AT = x23;
  private static final X X_STRETCH = x24;
  private static final X COUNT = x25;
  private static final X X_TOKEN = x26;
  private static final X OUT_TOKEN = x27;
  private static final X TILES_LEFT = x28;

  /** In pairs; the frame pointer and the link register last. */
  private static final X[] SAVED = {x19, x20, x21, x22, x23, x24, x25, x26, x27, x28, x29, x30};

  /** Vector registers of which the low halves are kept. */
  private static final int FIRST_SAVED_VECTOR = 8;

  private static final int SAVED_VECTORS = 8;
  private static final int FRAME_BYTES = Long.BYTES * (SAVED.length + SAVED_VECTORS);

  private final TensorType type;
  private final NeonPanel panel;
  private final int stretchBlocks;
  private final NeonAssembler a = new NeonAssembler();

  /**
   * @param stretchBlocks blocks of the weight format unpacked at once
   */
  NeonLoop(TensorType type, NeonPanel panel, int stretchBlocks) {
    this.type = type;
    this.panel = panel;
    this.stretchBlocks = stretchBlocks;
  }

  NeonAssembler generate() {
    Label panels = new Label();
    Label stretches = new Label();
    save();
    a.mov(ARGUMENTS, x3);
    a.stp(x0, x1, mem(ARGUMENTS, WEIGHT));
    a.mov(OUT_PANEL, x2);
    a.ldr(PANEL_ROW, argument(LoopArguments.ROW));
    a.ldr(x9, argument(LoopArguments.PANELS));

    a.bind(panels);
    a.str(x9, argument(PANELS_LEFT));
    a.ldr(BLOCKS_LEFT, argument(LoopArguments.BLOCKS));
    a.mov(AT, PANEL_ROW);
    a.ldr(X_STRETCH, argument(ACTIVATIONS));
    a.mov(x9, 1);
    a.str(x9, argument(FIRST));
    a.bind(stretches);
    packStretch();
    multiplyTokens();
    advance();
    a.cbnz(BLOCKS_LEFT, stretches);
    a.ldr(x9, argument(LoopArguments.ROW_STRIDE));
    a.mov(x10, NeonPanel.ROWS);
    a.madd(PANEL_ROW, x9, x10, PANEL_ROW);
    a.add(OUT_PANEL, OUT_PANEL, NeonPanel.ROWS * Float.BYTES);
    a.ldr(x9, argument(PANELS_LEFT));
    a.subs(x9, x9, 1);
    a.bne(panels);

    restore();
    a.ret();
    return a;
  }

  private void save() {
    a.sub(sp, sp, FRAME_BYTES);
    for (int i = 0; i < SAVED.length; i += 2) {
      a.stp(SAVED[i], SAVED[i + 1], mem(sp, Long.BYTES * i));
    }
    for (int i = 0; i < SAVED_VECTORS; i += 2) {
      int register = FIRST_SAVED_VECTOR + i;
      a.stp(v(register).d(), v(register + 1).d(), savedVector(i));
    }
  }

  private void restore() {
    for (int i = 0; i < SAVED_VECTORS; i += 2) {
      int register = FIRST_SAVED_VECTOR + i;
      a.ldp(v(register).d(), v(register + 1).d(), savedVector(i));
    }
    for (int i = 0; i < SAVED.length; i += 2) {
      a.ldp(SAVED[i], SAVED[i + 1], mem(sp, Long.BYTES * i));
    }
    a.add(sp, sp, FRAME_BYTES);
  }

  private static Address savedVector(int i) {
    return mem(sp, Long.BYTES * (SAVED.length + i));
  }

  private static Address argument(int offset) {
    return mem(ARGUMENTS, offset);
  }

  /** Calls pack(weight, at, stride, count, scratch, ahead). */
  private void packStretch() {
    a.mov(COUNT, stretchBlocks);
    a.cmp(BLOCKS_LEFT, COUNT);
    a.cselLess(COUNT, BLOCKS_LEFT, COUNT);
    a.ldr(x0, argument(WEIGHT));
    a.mov(x1, AT);
    a.ldr(x2, argument(LoopArguments.ROW_STRIDE));
    a.mov(x3, COUNT);
    a.ldr(x4, argument(LoopArguments.SCRATCH));
    // Fetched ahead: the next panel's rows, read in order at the pace of this one's unpacking.
    a.sub(x5, AT, PANEL_ROW);
    a.add(x5, x5, x2);
    a.mov(x9, NeonPanel.ROWS);
    a.madd(x5, x5, x9, PANEL_ROW);
    a.ldr(x9, argument(LoopArguments.PACK));
    a.blr(x9);
  }

  private void multiplyTokens() {
    Label tiles = new Label();
    Label rest = new Label();
    Label done = new Label();
    a.mov(X_TOKEN, X_STRETCH);
    a.mov(OUT_TOKEN, OUT_PANEL);
    a.ldr(TILES_LEFT, argument(LoopArguments.FULL_TILES));
    a.cbz(TILES_LEFT, rest);
    a.bind(tiles);
    a.ldr(x9, argument(LoopArguments.FULL_PRODUCT));
    callProduct();
    a.mov(x9, NeonProduct.MAX_TOKENS);
    a.ldr(x10, argument(LoopArguments.X_STRIDE));
    a.madd(X_TOKEN, x10, x9, X_TOKEN);
    a.ldr(x10, argument(LoopArguments.OUT_STRIDE));
    a.madd(OUT_TOKEN, x10, x9, OUT_TOKEN);
    a.subs(TILES_LEFT, TILES_LEFT, 1);
    a.bne(tiles);
    a.bind(rest);
    a.ldr(x9, argument(LoopArguments.REST_PRODUCT));
    a.cbz(x9, done);
    callProduct();
    a.bind(done);
  }

  /** Calls the product at x9: (scratch, x, xStride, blocks, out, outStride, first). */
  private void callProduct() {
    a.ldr(x0, argument(LoopArguments.SCRATCH));
    a.mov(x1, X_TOKEN);
    a.ldr(x2, argument(LoopArguments.X_STRIDE));
    a.mov(x3, panelBlocks());
    a.mul(x3, x3, COUNT);
    a.mov(x4, OUT_TOKEN);
    a.ldr(x5, argument(LoopArguments.OUT_STRIDE));
    a.ldr(x6, argument(FIRST));
    a.blr(x9);
  }

  /** Blocks of the panel in one of the format. */
  private int panelBlocks() {
    return type.blockSize() / QuantisedActivations.BLOCK_COLUMNS;
  }

  private void advance() {
    int xBytes = panelBlocks() * QuantisedActivations.blockBytes(panel.activationPlanes());
    a.sub(BLOCKS_LEFT, BLOCKS_LEFT, COUNT);
    a.mov(x9, type.blockBytes());
    a.madd(AT, COUNT, x9, AT);
    a.mov(x9, xBytes);
    a.madd(X_STRETCH, COUNT, x9, X_STRETCH);
    a.mov(x9, 0);
    a.str(x9, argument(FIRST));
  }
}
