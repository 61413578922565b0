package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.Address.mem;
import static io.maque.asm.arm64.V.v;
import static io.maque.asm.arm64.X.*;

import io.maque.asm.Label;
import io.maque.asm.arm64.Address;
import io.maque.asm.arm64.NeonAssembler;
import io.maque.asm.arm64.X;
import io.maque.kernel.jit.PanelKernel;
import io.maque.kernel.jit.QuantisedActivations;
import io.maque.tensor.TensorType;

/**
 * Unpacks the rows of a {@link NeonPanel} from one weight format; {@link PanelKernel#pack} has the
 * signature. A subclass says how one block of the format becomes one or more blocks of the panel.
 *
 * <p>Registers go by eights, one for each row: sixteen bytes of each, sixteen columns in the end.
 *
 * <pre>
 *   x8 to x15   the current block of each row
 *   x4          the current block of the panel
 *   x5          what is fetched ahead
 *   v0 to v23   three eights
 *   v24 to v27  overwritten by {@link #store} and {@link #storeScale}
 *   v28 to v31  constants
 * </pre>
 *
 * All vector registers may be used: {@link NeonLoop} keeps those that a function must.
 */
abstract class NeonPacker implements PanelKernel {
  /** An eight of columns 0 to 15, or of low nibbles. */
  static final int LOW = 0;

  /** An eight of columns 16 to 31, or of high nibbles. */
  static final int HIGH = 8;

  /** The third eight. */
  static final int THIRD = 16;

  static final int SCRATCH = 24;

  private static final X PANEL = x4;
  private static final X BLOCKS = x3;
  private static final X PREFETCH = x5;
  private static final X ROW_STRIDE = x2;
  private static final X ADDRESS = x16;
  private static final X[] ROWS = {x8, x9, x10, x11, x12, x13, x14, x15};
  private static final int LINE_BYTES = 64;

  final NeonAssembler a = new NeonAssembler();
  final NeonConstants constants = new NeonConstants();

  private final TensorType type;
  private final NeonPanel panel;

  NeonPacker(TensorType type, NeonPanel panel) {
    this.type = type;
    this.panel = panel;
  }

  /** Loads constants into registers 28 to 31. */
  abstract void loadConstants();

  /** Unpacks one block of all rows; may use registers 0 to 27. */
  abstract void unpack();

  @Override
  public final TensorType type() {
    return type;
  }

  @Override
  public final String name() {
    return "MatMul" + type + panel.isa().suffix();
  }

  @Override
  public final int rows() {
    return NeonPanel.ROWS;
  }

  @Override
  public final int activationPlanes() {
    return panel.activationPlanes();
  }

  @Override
  public final int maxTokens() {
    return NeonProduct.MAX_TOKENS;
  }

  @Override
  public final NeonAssembler product(int tokens) {
    return new NeonProduct(panel, tokens).generate();
  }

  @Override
  public final NeonAssembler loop(int stretchBlocks) {
    return new NeonLoop(type, panel, stretchBlocks).generate();
  }

  @Override
  public final NeonAssembler pack() {
    Label loop = new Label();
    int panelBlocks = type.blockSize() / QuantisedActivations.BLOCK_COLUMNS;

    a.add(PREFETCH, PREFETCH, x0);
    a.add(ROWS[0], x0, x1);
    for (int row = 1; row < ROWS.length; row++) {
      a.add(ROWS[row], ROWS[row - 1], ROW_STRIDE);
    }
    loadConstants();

    a.bind(loop);
    unpack();
    a.add(PREFETCH, PREFETCH, NeonPanel.ROWS * type.blockBytes());
    for (X row : ROWS) {
      a.add(row, row, type.blockBytes());
    }
    a.add(PANEL, PANEL, panelBlocks * panel.blockBytes());
    a.subs(BLOCKS, BLOCKS, 1);
    a.bne(loop);

    a.ret();
    constants.place(a);
    return a;
  }

  /**
   * Fetches ahead part {@code i} of {@code n} of what one block of all rows takes; spread over the
   * unpacking, as the CPU has only so many of such requests under way.
   */
  final void prefetch(int i, int n) {
    int lines = Math.ceilDiv(NeonPanel.ROWS * type.blockBytes(), LINE_BYTES);
    for (int line = lines * i / n; line < lines * (i + 1) / n; line++) {
      a.prfm(mem(PREFETCH, line * LINE_BYTES));
    }
  }

  /** Loads the sixteen bytes at {@code displacement} of the current block of all rows. */
  final void load(int eight, int displacement) {
    for (int row = 0; row < ROWS.length; row++) {
      a.ldr(v(eight + row).q(), mem(ROWS[row], displacement));
    }
  }

  /** Loads the four bytes at {@code displacement} of all rows, four times over. */
  final void loadWords(int eight, int displacement) {
    for (int row = 0; row < ROWS.length; row++) {
      a.add(ADDRESS, ROWS[row], displacement);
      a.ld1r(v(eight + row).s4(), ADDRESS);
    }
  }

  /**
   * Loads the f16 at {@code displacement} of all rows, as f32 in registers {@code target}, rows 0
   * to 3, and the next.
   */
  final void loadHalves(int target, int displacement) {
    for (int row = 0; row < ROWS.length; row++) {
      X address = ROWS[row];
      if (displacement > 0) {
        a.add(ADDRESS, ROWS[row], displacement);
        address = ADDRESS;
      }
      a.ld1(v(target).h(row), address);
    }
    a.fcvtl2(v(target + 1).s4(), v(target).h8());
    a.fcvtl(v(target).s4(), v(target).h4());
  }

  /**
   * Loads sixteen bytes of all rows and turns them: register {@code eight + j} then holds 32-bit
   * word {@code j} of rows 0 to 3, and {@code eight + 4 + j} of rows 4 to 7.
   */
  final void loadTurned(int eight, int displacement) {
    load(eight, displacement);
    turn(eight);
  }

  /** Turns 4 × 4 words twice, in two steps: pairs of words, pairs of pairs. */
  final void turn(int eight) {
    for (int four = eight; four < eight + ROWS.length; four += 4) {
      for (int i = 0; i < 4; i += 2) {
        a.trn1(v(SCRATCH + i).s4(), v(four + i).s4(), v(four + i + 1).s4());
        a.trn2(v(SCRATCH + i + 1).s4(), v(four + i).s4(), v(four + i + 1).s4());
      }
      for (int j = 0; j < 2; j++) {
        a.trn1(v(four + j).d2(), v(SCRATCH + j).d2(), v(SCRATCH + j + 2).d2());
        a.trn2(v(four + j + 2).d2(), v(SCRATCH + j).d2(), v(SCRATCH + j + 2).d2());
      }
    }
  }

  /** Stores sixteen columns of all rows as values; {@code half} 1 for columns 16 to 31. */
  final void store(int eight, int block, int half) {
    switch (panel.isa()) {
      case DOTPROD -> {
        turn(eight);
        for (int j = 0; j < 4; j++) {
          a.str(v(eight + j).q(), values(block, 4 * half + j, 0));
          a.str(v(eight + 4 + j).q(), values(block, 4 * half + j, 1));
        }
      }
      case I8MM -> {
        for (int i = 0; i < ROWS.length / 2; i++) {
          int row = eight + 2 * i;
          a.zip1(v(SCRATCH).d2(), v(row).d2(), v(row + 1).d2());
          a.zip2(v(row).d2(), v(row).d2(), v(row + 1).d2());
          a.str(v(SCRATCH).q(), values(block, 2 * half, i));
          a.str(v(row).q(), values(block, 2 * half + 1, i));
        }
      }
    }
  }

  private Address values(int block, int j, int i) {
    return mem(PANEL, block * panel.blockBytes() + panel.values(j, i));
  }

  /** Stores floats, rows 0 to 3 in {@code floats}, as row {@code i} of the scales of a block. */
  final void storeScales(int floats, int block, int i) {
    for (int group = 0; group < NeonPanel.ROW_GROUPS; group++) {
      a.str(v(floats + group).q(), scales(block, i, group));
    }
  }

  private Address scales(int block, int i, int group) {
    return mem(PANEL, block * panel.blockBytes() + panel.scales(i, group));
  }

  /**
   * Stores an integer of {@code bits} bits in each word, from bit {@code from} on, times a factor,
   * as row {@code i} of the scales of a block.
   *
   * @param words rows 0 to 3; four registers further, rows 4 to 7
   * @param factor rows 0 to 3; in the next register, rows 4 to 7
   */
  final void storeScale(
      int words, int from, int bits, boolean signed, int factor, int block, int i) {
    for (int group = 0; group < NeonPanel.ROW_GROUPS; group++) {
      int source = words + 4 * group;
      if (from + bits < Integer.SIZE) {
        a.shl(v(SCRATCH).s4(), v(source).s4(), Integer.SIZE - from - bits);
        source = SCRATCH;
      }
      if (signed) {
        a.sshr(v(SCRATCH).s4(), v(source).s4(), Integer.SIZE - bits);
      } else {
        a.ushr(v(SCRATCH).s4(), v(source).s4(), Integer.SIZE - bits);
      }
      a.scvtf(v(SCRATCH).s4(), v(SCRATCH).s4());
      a.fmul(v(SCRATCH).s4(), v(SCRATCH).s4(), v(factor + group).s4());
      a.str(v(SCRATCH).q(), scales(block, i, group));
    }
  }

  /** Sets an eight to the low nibbles of {@code bytes}, and {@code bytes} to the high ones. */
  final void splitNibbles(int low, int bytes, int lowNibbles) {
    for (int row = 0; row < ROWS.length; row++) {
      a.and(v(low + row).b16(), v(bytes + row).b16(), v(lowNibbles).b16());
      a.ushr(v(bytes + row).b16(), v(bytes + row).b16(), 4);
    }
  }

  /** Adds to {@code target} the bits of {@code source}, moved left or right, that are in a mask. */
  final void orBits(int target, int source, int left, int mask) {
    for (int row = 0; row < ROWS.length; row++) {
      moveAndMask(SCRATCH, source + row, left, mask);
      a.orr(v(target + row).b16(), v(target + row).b16(), v(SCRATCH).b16());
    }
  }

  /** Sets {@code target} to the bits of {@code source}, moved left or right, that are in a mask. */
  final void copyBits(int target, int source, int left, int mask) {
    for (int row = 0; row < ROWS.length; row++) {
      moveAndMask(target + row, source + row, left, mask);
    }
  }

  /** Sets a register to the bits of another, moved left or right, that are in a mask. */
  final void moveAndMask(int target, int source, int left, int mask) {
    int moved = left == 0 ? source : target;
    if (left > 0) {
      a.shl(v(target).b16(), v(source).b16(), left);
    } else if (left < 0) {
      a.ushr(v(target).b16(), v(source).b16(), -left);
    }
    a.and(v(target).b16(), v(moved).b16(), v(mask).b16());
  }

  /** Subtracts a register from each of an eight. */
  final void subtract(int eight, int offset) {
    for (int row = 0; row < ROWS.length; row++) {
      a.sub(v(eight + row).b16(), v(eight + row).b16(), v(offset).b16());
    }
  }
}
