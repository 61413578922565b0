package io.maque.kernel.jit;

import io.maque.tensor.TensorType;

/**
 * Q4_0, 18 bytes for 32 columns: d f16 at 0, nibbles at 2; value = d · (q - 8).
 *
 * <p>The loop over blocks for {@link Isa#AVX2}, eight rows:
 *
 * <pre>
 *   loop:
 *   prefetcht0  [rsi]                     ; the rows after these; later [rsi+64], [rsi+128]
 *   vmovups     xmm0, [rdi]               ; row 0
 *   vinserti128 ymm0, ymm0, [r9], 1       ; row 4
 *   ...                                   ; ymm1 to ymm3: rows 1 and 5, 2 and 6, 3 and 7
 *   vpunpckldq  ymm8, ymm0, ymm1
 *   vpunpckldq  ymm10, ymm2, ymm3
 *   vpunpcklqdq ymm0, ymm8, ymm10         ; the first word of each row
 *   vpshufb     ymm0, ymm0, [wordOrder]
 *   vmovups     ymm8, [pairOrder]
 *   vpermd      ymm0, ymm8, ymm0
 *   vcvtph2ps   ymm0, xmm0                ; d of each row
 *   vmovups     [r8+256], ymm0
 *   vmovups     xmm4, [rdi+2]             ; nibbles of row 0
 *   vinserti128 ymm4, ymm4, [r9+2], 1     ; and 4; ymm5 to ymm7 as above
 *   ...
 *   vandps      ymm0, ymm4, ymm15         ; columns 0 to 15
 *   vpsrlw      ymm4, ymm4, 4
 *   vandps      ymm4, ymm4, ymm15         ; columns 16 to 31
 *   ...
 *   vpunpckldq  ymm8, ymm0, ymm1          ; transpose the lanes of ymm0 to ymm3
 *   vpunpckhdq  ymm9, ymm0, ymm1
 *   vpunpckldq  ymm10, ymm2, ymm3
 *   vpunpckhdq  ymm11, ymm2, ymm3
 *   vpunpcklqdq ymm0, ymm8, ymm10         ; columns 0 to 3 of all rows
 *   vpunpckhqdq ymm1, ymm8, ymm10
 *   vpunpcklqdq ymm2, ymm9, ymm11
 *   vpunpckhqdq ymm3, ymm9, ymm11
 *   vmovups     [r8], ymm0                ; to ymm3, [r8+96]
 *   ...                                   ; the same of ymm4 to ymm7, to [r8+128]
 *   add         rsi, 144
 *   add         rdi, 18
 *   add         r9, 18
 *   add         r8, 288
 *   dec         rcx
 *   jnz         loop
 * </pre>
 */
final class PackQ4_0 extends PanelPacker {
  private static final int QS = 2;

  PackQ4_0(Isa isa) {
    super(TensorType.Q4_0, new Panel(isa, PanelKind.SCALED, 4));
  }

  @Override
  void loadConstants() {
    Nibbles.loadConstants(this);
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    loadElements(LOW, 0, 1);
    lowHalvesToFloats(LOW, LOW);
    a.vmovups(scales(0, 0), v(LOW));
    prefetch(1, 2);
    Nibbles.load(this, QS);
    storeQuad(LOW, 0, 0);
    storeQuad(HIGH, 0, 1);
  }

  /** Two bytes early, so that nibbles lie in whole elements. */
  @Override
  void unpackWide() {
    prefetch(0, 2);
    loadWide(QS - Integer.BYTES, 5);
    prefetch(1, 2);
    highHalvesToFloats(LOW, WIDE);
    a.vmovups(scales(0, 0), v(LOW));
    for (int j = 0; j < 4; j++) {
      take(Nibbles.low(this, WIDE + 1 + j), 0, j);
      take(Nibbles.high(this, WIDE + 1 + j), 0, 4 + j);
    }
  }

  @Override
  int bytesBefore() {
    return Integer.BYTES - QS;
  }

  @Override
  int bytesBehind() {
    return Rows.WIDE_BYTES - bytesBefore() - type.blockBytes();
  }
}
