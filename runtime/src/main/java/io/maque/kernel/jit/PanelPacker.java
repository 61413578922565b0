package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.ymm;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Mask;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/**
 * Unpacks sixteen rows of one weight format into a {@link Panel}. A subclass says how one block of
 * the format becomes one or more blocks of the panel.
 *
 * <p>The function is {@code void pack(const void* weight, long offset, long stride, long blocks,
 * void* panel, long prefetch)}: {@code offset} is the byte of the first row's first block, {@code
 * blocks} counts blocks of the format, and {@code prefetch} is the byte from which on memory is
 * fetched ahead: the rows after these, read line by line at the pace of the unpacking. Measured,
 * that is what lets memory and arithmetic overlap; prefetching the same rows' next blocks gains
 * nothing.
 */
abstract class PanelPacker {
  /** The panel block being written. */
  static final Gp PANEL = r8;

  /** Free for {@link #unpack}. */
  static final Gp SCRATCH = rsi;

  static final Gp SCRATCH_2 = rbx;

  private static final Gp BLOCKS = rcx;
  private static final Gp PREFETCH = rbp;
  private static final int LINE_BYTES = 64;

  /** Write mask of the high half of a register's 32-bit elements. */
  static final Mask HIGH_HALF = Mask.k2;

  final Constants constants = new Constants();

  /** The weight format. */
  abstract TensorType type();

  /** The panel it is unpacked to. */
  abstract Panel panel();

  /** Loads constants into zmm24 to zmm31. */
  abstract void loadConstants(VectorAssembler a);

  /** Unpacks one block of all rows at {@link Rows#at} to {@link #PANEL}; may use zmm0 to zmm23. */
  abstract void unpack(VectorAssembler a);

  /** The finished function. */
  final VectorAssembler generate() {
    VectorAssembler a = new VectorAssembler();
    Label loop = new Label();
    int panelBytes = type().blockSize() / Panel.BLOCK_COLUMNS * panel().blockBytes();
    int blockBytes = type().blockBytes();

    a.push(rbx);
    a.push(rbp);
    a.lea(PREFETCH, Memory.mem(rdi, r9, 1, 0));
    a.add(rdi, rsi);
    Rows.setUp(a);
    a.mov(SCRATCH, 0xFF00);
    a.kmov(HIGH_HALF, SCRATCH);
    loadConstants(a);

    a.bind(loop);
    unpack(a);
    a.add(PREFETCH, Panel.ROWS * blockBytes);
    Rows.advance(a, blockBytes);
    a.add(PANEL, panelBytes);
    a.dec(BLOCKS);
    a.jnz(loop);

    a.vzeroupper();
    a.pop(rbp);
    a.pop(rbx);
    a.ret();
    constants.place(a);
    return a;
  }

  /**
   * Fetches ahead part {@code i} of {@code n} of what one block of all rows takes; spread over the
   * unpacking, as the CPU has only a dozen or two of such requests under way.
   */
  final void prefetch(VectorAssembler a, int i, int n) {
    int lines = Math.ceilDiv(Panel.ROWS * type().blockBytes(), LINE_BYTES);
    for (int line = lines * i / n; line < lines * (i + 1) / n; line++) {
      a.prefetcht0(Memory.mem(PREFETCH, line * LINE_BYTES));
    }
  }

  /** Where register {@code j} of the values of panel block {@code block} goes. */
  final Memory values(int block, int j) {
    return Memory.mem(PANEL, block * panel().blockBytes() + Panel.VALUES_BYTES * j);
  }

  /** Where the scales of panel block {@code block} go; {@code second} 1 for the second row. */
  final Memory scales(int block, int second) {
    int offset = second == 0 ? Panel.SCALES : Panel.SECOND_SCALES;
    return Memory.mem(PANEL, block * panel().blockBytes() + offset);
  }

  /** Stores the f16 at byte {@code displacement} of each row's block as sixteen f32. */
  static void storeHalves(VectorAssembler a, int displacement, Memory target) {
    for (int half = 0; half < 2; half++) {
      a.vpxord(xmm(16 + half), xmm(16 + half), xmm(16 + half));
      for (int i = 0; i < 8; i++) {
        a.vpinsrw(xmm(16 + half), xmm(16 + half), Rows.at(8 * half + i, displacement), i);
      }
    }
    a.vinserti32x4(ymm(16), ymm(16), xmm(17), 1);
    a.vcvtph2ps(zmm(16), ymm(16));
    a.vmovups(target, zmm(16));
  }

  /** Loads 32 bytes at {@code displacement} of both rows of transposition register {@code i}. */
  static void loadBytes(VectorAssembler a, int register, int i, int displacement) {
    a.vmovups(ymm(register), Rows.at(Transpose.low(i), displacement));
    a.vinserti64x4(zmm(register), zmm(register), Rows.at(Transpose.high(i), displacement), 1);
  }
}
