package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;
import java.util.List;

/**
 * Multiplies whole panels of rows with all tokens: for each panel, and each stretch of its columns,
 * one call of {@link PanelPacker}'s function and as many of {@link PanelProduct}'s as the tokens
 * need; {@link PanelKernel} has its signature.
 */
final class PanelLoop {
  private static final int WEIGHT = 0;
  private static final int X = 8;
  private static final int AT = LoopArguments.OWN;
  private static final int COUNT = AT + 8;
  private static final int FIRST = AT + 16;
  private static final int TILES_LEFT = AT + 24;
  private static final int X_STRETCH = AT + 32;
  private static final int OUT_PANEL = AT + 40;

  /** Kept by the functions called, as the System V convention wants it. */
  private static final Gp[] SAVED = {rbx, rbp, r12, r13, r14, r15};

  private static final Gp ARGUMENTS = rbx;
  private static final Gp X_TOKEN = rbp;
  private static final Gp PANEL_ROW = r12;
  private static final Gp OUT_TOKEN = r13;
  private static final Gp PANELS_LEFT = r14;
  private static final Gp BLOCKS_LEFT = r15;

  private final TensorType type;
  private final Panel panel;
  private final int stretchBlocks;
  private final int maxTokens;
  private final VectorAssembler a;

  /**
   * @param stretchBlocks blocks of the weight format unpacked at once
   * @param maxTokens as many as a call of the full product takes
   */
  PanelLoop(TensorType type, Panel panel, int stretchBlocks, int maxTokens) {
    this.type = type;
    this.panel = panel;
    this.stretchBlocks = stretchBlocks;
    this.maxTokens = maxTokens;
    this.a = panel.isa().assembler();
  }

  VectorAssembler generate() {
    Label panels = new Label();
    Label stretches = new Label();
    for (Gp register : SAVED) {
      a.push(register);
    }
    a.mov(ARGUMENTS, rcx);
    a.mov(argument(WEIGHT), rdi);
    a.mov(argument(X), rsi);
    a.mov(argument(OUT_PANEL), rdx);
    a.mov(PANEL_ROW, argument(LoopArguments.ROW));
    a.mov(PANELS_LEFT, argument(LoopArguments.PANELS));
    if (panel.isa().hasTiles()) {
      new TileShapes(panel).configure(a, argument(LoopArguments.LAST_TOKENS));
    }

    a.bind(panels);
    a.mov(BLOCKS_LEFT, argument(LoopArguments.BLOCKS));
    a.mov(argument(AT), PANEL_ROW);
    a.mov(rax, argument(X));
    a.mov(argument(X_STRETCH), rax);
    a.mov(rax, 1);
    a.mov(argument(FIRST), rax);
    a.bind(stretches);
    packStretch();
    multiplyTokens();
    advance();
    a.test(BLOCKS_LEFT, BLOCKS_LEFT);
    a.jnz(stretches);
    a.mov(rax, argument(LoopArguments.ROW_STRIDE));
    a.imul(rax, rax, panel.rows());
    a.add(PANEL_ROW, rax);
    a.mov(rax, argument(OUT_PANEL));
    a.add(rax, panel.rows() * Float.BYTES);
    a.mov(argument(OUT_PANEL), rax);
    a.dec(PANELS_LEFT);
    a.jnz(panels);

    if (panel.isa().hasTiles()) {
      a.tilerelease();
    }
    for (Gp register : List.of(SAVED).reversed()) {
      a.pop(register);
    }
    a.ret();
    return a;
  }

  private static Memory argument(int offset) {
    return Memory.mem(ARGUMENTS, offset);
  }

  /** Calls pack(weight, at, stride, count, scratch, ahead). */
  private void packStretch() {
    Label whole = new Label();
    a.mov(rcx, stretchBlocks);
    a.cmp(BLOCKS_LEFT, rcx);
    a.jge(whole);
    a.mov(rcx, BLOCKS_LEFT);
    a.bind(whole);
    a.mov(argument(COUNT), rcx);
    a.mov(rdi, argument(WEIGHT));
    a.mov(rsi, argument(AT));
    a.mov(rdx, argument(LoopArguments.ROW_STRIDE));
    a.mov(r8, argument(LoopArguments.SCRATCH));
    // Fetched ahead: the next panel's rows, read in order at the pace of this one's unpacking.
    a.mov(r9, rsi);
    a.sub(r9, PANEL_ROW);
    a.add(r9, rdx);
    a.imul(r9, r9, panel.rows());
    a.add(r9, PANEL_ROW);
    a.mov(rax, argument(LoopArguments.PACK));
    a.call(rax);
  }

  private void multiplyTokens() {
    Label tiles = new Label();
    Label rest = new Label();
    Label done = new Label();
    a.mov(X_TOKEN, argument(X_STRETCH));
    a.mov(OUT_TOKEN, argument(OUT_PANEL));
    a.mov(rax, argument(LoopArguments.FULL_TILES));
    a.mov(argument(TILES_LEFT), rax);
    a.test(rax, rax);
    a.jz(rest);
    a.bind(tiles);
    a.mov(rax, argument(LoopArguments.FULL_PRODUCT));
    callProduct();
    a.mov(rax, argument(LoopArguments.X_STRIDE));
    a.imul(rax, rax, maxTokens);
    a.add(X_TOKEN, rax);
    a.mov(rax, argument(LoopArguments.OUT_STRIDE));
    a.imul(rax, rax, maxTokens);
    a.add(OUT_TOKEN, rax);
    a.mov(rax, argument(TILES_LEFT));
    a.dec(rax);
    a.mov(argument(TILES_LEFT), rax);
    a.jnz(tiles);
    a.bind(rest);
    a.mov(rax, argument(LoopArguments.REST_PRODUCT));
    a.test(rax, rax);
    a.jz(done);
    callProduct();
    a.bind(done);
  }

  /** Calls the product at rax: (scratch, x, xStride, blocks, out, outStride, first). */
  private void callProduct() {
    a.mov(rdi, argument(LoopArguments.SCRATCH));
    a.mov(rsi, X_TOKEN);
    a.mov(rdx, argument(LoopArguments.X_STRIDE));
    a.mov(rcx, argument(COUNT));
    a.imul(rcx, rcx, type.blockSize() / Panel.BLOCK_COLUMNS);
    a.mov(r8, OUT_TOKEN);
    a.mov(r9, argument(LoopArguments.OUT_STRIDE));
    a.mov(r10, argument(FIRST));
    a.push(r10);
    a.call(rax);
    a.add(rsp, Long.BYTES);
  }

  private void advance() {
    int xBytes =
        type.blockSize()
            / Panel.BLOCK_COLUMNS
            * QuantisedActivations.blockBytes(panel.activationPlanes());
    a.mov(rcx, argument(COUNT));
    a.sub(BLOCKS_LEFT, rcx);
    a.imul(rax, rcx, type.blockBytes());
    a.mov(rdx, argument(AT));
    a.add(rdx, rax);
    a.mov(argument(AT), rdx);
    a.imul(rax, rcx, xBytes);
    a.mov(rdx, argument(X_STRETCH));
    a.add(rdx, rax);
    a.mov(argument(X_STRETCH), rdx);
    a.mov(rax, 0);
    a.mov(argument(FIRST), rax);
  }
}
