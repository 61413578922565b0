package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.ymm;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/**
 * Converts rows of f32 to the type of the KV cache: {@code void write(const float* rows, void*
 * first, void*, void*, long heads, long headStride)}. With AVX2 only, for all instruction sets.
 *
 * <p>Q8_0 is rounded as {@link io.maque.quant.Q8_0} says, to the bit, for finite values: the scale
 * is the largest magnitude through 127, the integer nearest to a value times the scale's inverse,
 * halves away from zero. A block of 32:
 *
 * <pre>
 *   vmovups      ymm0, [rdi]           ; to ymm3
 *   ...                                ; xmm4: largest magnitude, in all elements
 *   vdivps       xmm9, xmm4, [127]     ; scale
 *   vcvtps2ph    xmm10, xmm9, 0
 *   vpextrw      [rsi], xmm10, 0
 *   vdivps       xmm10, [1], xmm9      ; its inverse; none for a scale of zero
 *   vmulps       ymm0, ymm0, ymm10
 *   vcvttps2dq   ymm4, ymm0            ; the integer below, in magnitude
 *   vcvtdq2ps    ymm11, ymm4
 *   vsubps       ymm0, ymm0, ymm11     ; the fraction
 *   vaddps       ymm0, ymm0, ymm0      ; one or more: a half or more
 *   vcvttps2dq   ymm0, ymm0
 *   vpaddd       ymm4, ymm4, ymm0
 *   ...
 *   vmovups      [rsi+2], ymm4         ; packed to bytes
 * </pre>
 */
final class CacheWriteCode {
  private static final int HALVES = 8;

  /** A block's registers of eight values are ymm0 to ymm3, its integers ymm4 to ymm7. */
  private static final int REGISTERS = 4;

  private static final int INTEGERS = 4;
  private static final int MAXIMUM = 4;
  private static final int PACKED_ORDER = 8;
  private static final int D = 9;
  private static final int INVERSE = 10;
  private static final int FLOOR = 11;
  private static final int ZERO = 12;
  private static final int ONE = 13;
  private static final int LARGEST_INTEGER = 14;
  private static final int MAGNITUDE_BITS = 15;

  /** Swaps 64-bit halves, then neighbours: after both, each element has met all four. */
  private static final int[] FOLDS = {0b01_00_11_10, 0b10_11_00_01};

  private static final Gp FROM = rdi;
  private static final Gp TO = rsi;
  private static final Gp ROW = rax;
  private static final Gp HEADS_LEFT = r8;
  private static final Gp HEAD_STRIDE = r9;

  private final TensorType type;
  private final int length;
  private final VectorAssembler a = VectorAssembler.withoutAvx512();
  private final Constants constants = new Constants();

  /**
   * @param type F16 or Q8_0
   * @param length values of a row
   */
  CacheWriteCode(TensorType type, int length) {
    this.type = type;
    this.length = length;
  }

  VectorAssembler generate() {
    Label head = new Label();
    if (type == TensorType.Q8_0) {
      loadConstants();
    }
    a.bind(head);
    a.mov(ROW, TO);
    if (type == TensorType.Q8_0) {
      quantiseBlocks();
    } else {
      halves();
    }
    a.add(TO, HEAD_STRIDE);
    a.dec(HEADS_LEFT);
    a.jnz(head);
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  /** A row of f16: eight at a time, then one by one. */
  private void halves() {
    Label loop = new Label();
    int whole = length / HALVES;
    if (whole > 0) {
      a.mov(rcx, whole);
      a.bind(loop);
      a.vmovups(ymm(0), Memory.mem(FROM));
      a.vcvtps2ph(Memory.mem(ROW), ymm(0), 0);
      a.add(FROM, HALVES * Float.BYTES);
      a.add(ROW, HALVES * Short.BYTES);
      a.dec(rcx);
      a.jnz(loop);
    }
    for (int i = 0; i < length % HALVES; i++) {
      a.vmovss(xmm(0), Memory.mem(FROM, i * Float.BYTES));
      a.vcvtps2ph(xmm(0), xmm(0), 0);
      a.vpextrw(Memory.mem(ROW, i * Short.BYTES), xmm(0), 0);
    }
    a.add(FROM, length % HALVES * Float.BYTES);
  }

  private void loadConstants() {
    constants.loadInts(a, ymm(MAGNITUDE_BITS), i -> 0x7FFFFFFF);
    constants.loadFloats(a, ymm(LARGEST_INTEGER), 127);
    constants.loadFloats(a, ymm(ONE), 1);
    // Packing works within 128-bit lanes; this puts the bytes in order, four at a time.
    constants.loadInts(a, ymm(PACKED_ORDER), i -> i % 8 / 2 + i % 2 * 4);
    a.vxorps(ymm(ZERO), ymm(ZERO), ymm(ZERO));
  }

  private void quantiseBlocks() {
    Label block = new Label();
    Label flat = new Label();
    a.mov(rcx, length / type.blockSize());
    a.bind(block);
    for (int i = 0; i < REGISTERS; i++) {
      a.vmovups(ymm(i), Memory.mem(FROM, 32 * i));
    }
    maximum();
    a.vdivps(xmm(D), xmm(MAXIMUM), xmm(LARGEST_INTEGER));
    a.vcvtps2ph(xmm(INVERSE), xmm(D), 0);
    a.vpextrw(Memory.mem(ROW), xmm(INVERSE), 0);
    a.vmovss(Memory.mem(rsp, -Float.BYTES), xmm(D));
    a.mov(rdx.low(), Memory.mem(rsp, -Float.BYTES));
    a.vxorps(ymm(INVERSE), ymm(INVERSE), ymm(INVERSE));
    a.test(rdx, rdx);
    a.jz(flat);
    a.vdivps(xmm(INVERSE), xmm(ONE), xmm(D));
    a.vbroadcastss(ymm(INVERSE), xmm(INVERSE));
    a.bind(flat);
    for (int i = 0; i < REGISTERS; i++) {
      round(i);
    }
    a.vpackssdw(ymm(4), ymm(4), ymm(5));
    a.vpackssdw(ymm(6), ymm(6), ymm(7));
    a.vpacksswb(ymm(4), ymm(4), ymm(6));
    a.vpermd(ymm(4), ymm(PACKED_ORDER), ymm(4));
    a.vmovups(Memory.mem(ROW, Short.BYTES), ymm(4));
    a.add(FROM, type.blockSize() * Float.BYTES);
    a.add(ROW, type.blockBytes());
    a.dec(rcx);
    a.jnz(block);
  }

  /** The largest magnitude of a block, in all elements; its bits compare like integers. */
  private void maximum() {
    for (int i = 0; i < REGISTERS; i++) {
      a.vandps(ymm(INTEGERS + i), ymm(i), ymm(MAGNITUDE_BITS));
    }
    a.vpmaxsd(ymm(4), ymm(4), ymm(5));
    a.vpmaxsd(ymm(6), ymm(6), ymm(7));
    a.vpmaxsd(ymm(4), ymm(4), ymm(6));
    a.vextracti128(xmm(5), ymm(4), 1);
    a.vpmaxsd(xmm(MAXIMUM), xmm(4), xmm(5));
    for (int fold : FOLDS) {
      a.vpshufd(xmm(5), xmm(MAXIMUM), fold);
      a.vpmaxsd(xmm(MAXIMUM), xmm(MAXIMUM), xmm(5));
    }
  }

  /** The integers nearest to the values of register {@code i} over the scale, halves outwards. */
  private void round(int i) {
    a.vmulps(ymm(i), ymm(i), ymm(INVERSE));
    a.vcvttps2dq(ymm(INTEGERS + i), ymm(i));
    a.vcvtdq2ps(ymm(FLOOR), ymm(INTEGERS + i));
    a.vsubps(ymm(i), ymm(i), ymm(FLOOR));
    a.vaddps(ymm(i), ymm(i), ymm(i));
    a.vcvttps2dq(ymm(i), ymm(i));
    a.vpaddd(ymm(INTEGERS + i), ymm(INTEGERS + i), ymm(i));
  }
}
