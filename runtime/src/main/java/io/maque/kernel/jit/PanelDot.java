package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The product of whole panels of rows with one activation, as decoding wants it; {@link
 * PanelKernel.Single} says what it computes. Values are multiplied as soon as they are unpacked and
 * never stored. The sums are formed in the same order as by {@link PanelPacker#pack} and {@link
 * PanelProduct} one after the other, so the bits are the same.
 *
 * <p>Needs the upper sixteen registers beside those of the packer. The loop over blocks for Q4_1,
 * two planes of activations:
 *
 * <pre>
 *   loop:
 *   ...                                    ; zmm16: d and m, zmm17 to zmm20: nibbles of all rows
 *   vandps       zmm10, zmm17, zmm15       ; columns 0 to 3
 *   vxorps       zmm29, zmm29, zmm29
 *   vxorps       zmm28, zmm28, zmm28
 *   vpdpbusd     zmm29, zmm10, [rbx]{1to16}
 *   vpdpbusd     zmm28, zmm10, [rbx+32]{1to16}
 *   vpsrlw       zmm10, zmm17, 4
 *   vandps       zmm10, zmm10, zmm15       ; columns 16 to 19
 *   vpdpbusd     zmm29, zmm10, [rbx+16]{1to16}
 *   vpdpbusd     zmm28, zmm10, [rbx+48]{1to16}
 *   ...                                    ; the same of zmm18 to zmm20
 *   vpslld       zmm29, zmm29, 7           ; the high plane
 *   vpaddd       zmm29, zmm29, zmm28
 *   vcvtdq2ps    zmm29, zmm29
 *   vbroadcastss zmm30, [rbx+64]           ; d of the activation
 *   vmulps       zmm30, zmm30, [r8+512]    ; times scales
 *   vfmadd231ps  zmm31, zmm30, zmm29
 *   vbroadcastss zmm30, [rbx+68]           ; its sum
 *   vfmadd231ps  zmm31, zmm30, [r8+576]    ; times minimums
 *   add          rbx, 80
 *   add          rsi, 320                  ; fetched ahead
 *   add          rdi, 20                   ; rows; and r9, r10, r11
 *   dec          rcx
 *   jnz          loop
 * </pre>
 */
final class PanelDot {
  private static final Gp[] SAVED = {rbx, rbp, r12, r13, r14, r15};

  /** The activation: of the current block, and all of it. */
  private static final Gp X = rbx;

  private static final Gp X_BEGIN = r15;
  private static final Gp OUT = rbp;
  private static final Gp PANEL_ROW = r12;
  private static final Gp PANELS_LEFT = r13;
  private static final Gp ARGUMENTS = r14;

  private static final int ACCUMULATOR = 31;
  private static final int BROADCAST = 30;
  private static final List<Integer> FREE = List.of(29, 28, 27, 26, 25, 24, 23, 22);

  private final PanelPacker packer;
  private final Panel panel;
  private final int planes;
  private final VectorAssembler a;
  private final Deque<Integer> free = new ArrayDeque<>(FREE);

  /** Of the panel blocks that are begun. */
  private final Map<Integer, Sums> begun = new HashMap<>();

  /** The next panel block to be added to the accumulator. */
  private int next;

  /**
   * Integer sums of a panel block: one for each plane of the activation, or one for each half.
   *
   * @param registers how many of the block's registers of values are in them
   */
  private record Sums(int first, int second, int registers) {}

  /**
   * @param packer not used for anything else
   */
  PanelDot(PanelPacker packer) {
    if (!packer.isa.hasMasks()) {
      throw new IllegalArgumentException("expected 32 registers, found " + packer.isa);
    }
    this.packer = packer;
    this.panel = packer.panel;
    this.planes = panel.activationPlanes();
    this.a = packer.a;
  }

  VectorAssembler generate() {
    Label panels = new Label();
    Label blocks = new Label();
    for (Gp register : SAVED) {
      a.push(register);
    }
    a.mov(ARGUMENTS, rcx);
    a.mov(X_BEGIN, rsi);
    a.mov(OUT, argument(LoopArguments.OUT));
    a.add(OUT, rdx);
    a.mov(PANEL_ROW, argument(LoopArguments.ROW));
    a.add(PANEL_ROW, rdi);
    a.mov(PANELS_LEFT, argument(LoopArguments.PANELS));
    packer.begin(argument(LoopArguments.ROW_STRIDE), argument(LoopArguments.SCRATCH));

    a.bind(panels);
    a.mov(rdi, PANEL_ROW);
    // The next panel's rows are what is fetched ahead now.
    a.mov(rax, argument(LoopArguments.ROW_STRIDE));
    a.imul(rax, rax, panel.rows());
    a.add(PANEL_ROW, rax);
    a.mov(rcx, argument(LoopArguments.BLOCKS));
    a.mov(X, X_BEGIN);
    a.vxorps(v(ACCUMULATOR), v(ACCUMULATOR), v(ACCUMULATOR));
    packer.beginRows(PANEL_ROW);

    a.bind(blocks);
    next = 0;
    packer.unpackWideTo(this::multiply);
    a.add(X, packer.panelBlocks() * QuantisedActivations.blockBytes(planes));
    packer.advance();
    a.jnz(blocks);

    a.vmovups(Memory.mem(OUT), v(ACCUMULATOR));
    a.add(OUT, panel.rows() * Float.BYTES);
    a.dec(PANELS_LEFT);
    a.jnz(panels);

    a.vzeroupper();
    for (Gp register : List.of(SAVED).reversed()) {
      a.pop(register);
    }
    a.ret();
    packer.constants.place(a);
    return a;
  }

  private static Memory argument(int offset) {
    return Memory.mem(ARGUMENTS, offset);
  }

  /** Multiplies four columns of a panel block; finishes blocks that are complete, in order. */
  private void multiply(int register, int block, int j) {
    Sums sums = begun.containsKey(block) ? begun.get(block) : begin(block);
    boolean upper = panel.kind().hasHalves() && j >= Panel.VALUE_REGISTERS / 2;
    dot(upper ? sums.second() : sums.first(), register, x(block, 4 * j));
    if (planes > 1) {
      dot(sums.second(), register, x(block, Panel.BLOCK_COLUMNS + 4 * j));
    }
    begun.put(block, new Sums(sums.first(), sums.second(), sums.registers() + 1));
    while (begun.containsKey(next) && begun.get(next).registers() == Panel.VALUE_REGISTERS) {
      Sums complete = begun.remove(next);
      finish(next, complete.first(), complete.second());
      free.push(complete.second());
      free.push(complete.first());
      next++;
    }
  }

  private void dot(int sum, int register, Memory q) {
    a.vpdpbusd(v(sum), v(register), q.broadcasting());
  }

  /** Sets sums to what the values' offset contributes, less the shift between planes. */
  private Sums begin(int block) {
    int first = free.pop();
    int second = free.pop();
    switch (panel.kind()) {
      case SCALED -> {
        int shift = panel.offsetBits() - (planes - 1) * QuantisedActivations.HIGH_BITS;
        a.vpbroadcastd(v(first), x(block, QuantisedActivations.n32(planes)));
        if (shift > 0) {
          a.vpslld(v(first), v(first), shift);
        }
      }
      case SCALED_HALVES -> {
        loadNegatedSums(block, first, second);
        a.vpslld(v(first), v(first), panel.offsetBits());
        a.vpslld(v(second), v(second), panel.offsetBits());
      }
      case SCALED_MIN, SCALED_MIN_HALVES -> clear(first);
    }
    if (panel.kind() == PanelKind.SCALED_MIN_HALVES || planes > 1) {
      clear(second);
    }
    return new Sums(first, second, 0);
  }

  /** {@code -Σ q} of columns 0 to 15 and of 16 to 31. */
  private void loadNegatedSums(int block, int first, int second) {
    a.vpbroadcastd(v(first), x(block, QuantisedActivations.n16(planes)));
    a.vpbroadcastd(v(second), x(block, QuantisedActivations.n32(planes)));
    a.vpsubd(v(second), v(second), v(first));
  }

  /** Scales sums and adds them to the accumulator. */
  private void finish(int block, int first, int second) {
    if (planes > 1) {
      a.vpslld(v(first), v(first), QuantisedActivations.HIGH_BITS);
      a.vpaddd(v(first), v(first), v(second));
    }
    addScaled(block, first, 0);
    switch (panel.kind()) {
      case SCALED -> {}
      case SCALED_MIN -> {
        a.vbroadcastss(v(BROADCAST), x(block, QuantisedActivations.sum(planes)));
        a.vfmadd231ps(v(ACCUMULATOR), v(BROADCAST), packer.scales(block, 1));
      }
      case SCALED_HALVES -> addScaled(block, second, 1);
      case SCALED_MIN_HALVES -> {
        addScaled(block, second, 1);
        loadNegatedSums(block, first, second);
        addScaled(block, first, 2);
        addScaled(block, second, 3);
      }
    }
  }

  /** {@code accumulator += (scale · d) · sum}. */
  private void addScaled(int block, int sum, int scale) {
    a.vcvtdq2ps(v(sum), v(sum));
    a.vbroadcastss(v(BROADCAST), x(block, QuantisedActivations.d(planes)));
    a.vmulps(v(BROADCAST), v(BROADCAST), packer.scales(block, scale));
    a.vfmadd231ps(v(ACCUMULATOR), v(BROADCAST), v(sum));
  }

  private void clear(int register) {
    a.vxorps(v(register), v(register), v(register));
  }

  private Vec v(int number) {
    return panel.v(number);
  }

  private Memory x(int block, int displacement) {
    return Memory.mem(X, block * QuantisedActivations.blockBytes(planes) + displacement);
  }
}
