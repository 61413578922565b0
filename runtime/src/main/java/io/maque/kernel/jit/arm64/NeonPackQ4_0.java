package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.V.v;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/**
 * Q4_0, 18 bytes for 32 columns: d f16 at 0, nibbles at 2; value = d · (q - 8).
 *
 * <p>The loop over blocks for {@link NeonIsa#I8MM}:
 *
 * <pre>
 *   loop:
 *   prfm   pldl1keep, [x5]              ; the rows after these; later [x5, #64]
 *   ld1    {v0.h}[0], [x8]              ; d of row 0
 *   ...                                 ; to v0.h[7], [x15]
 *   fcvtl2 v1.4s, v0.8h
 *   fcvtl  v0.4s, v0.4h
 *   str    q0, [x4, #256]
 *   str    q1, [x4, #272]
 *   ldur   q8, [x8, #2]                 ; nibbles of row 0, to q15 of row 7
 *   ...
 *   and    v0.16b, v8.16b, v31.16b      ; columns 0 to 15
 *   ushr   v8.16b, v8.16b, #4           ; columns 16 to 31
 *   ...
 *   sub    v0.16b, v0.16b, v30.16b      ; less 8; to v15
 *   ...
 *   zip1   v24.2d, v0.2d, v1.2d         ; columns 0 to 7 of rows 0 and 1
 *   zip2   v0.2d, v0.2d, v1.2d          ; columns 8 to 15
 *   str    q24, [x4]
 *   str    q0, [x4, #64]
 *   ...                                 ; the other rows, and columns 16 to 31 to [x4, #128]
 *   add    x5, x5, #144
 *   add    x8, x8, #18                  ; to x15
 *   ...
 *   add    x4, x4, #288
 *   subs   x3, x3, #1
 *   b.ne   loop
 * </pre>
 */
final class NeonPackQ4_0 extends NeonPacker {
  private static final int QS = 2;
  private static final int LOW_NIBBLES = 31;
  private static final int OFFSET = 30;

  NeonPackQ4_0(NeonIsa isa) {
    super(TensorType.Q4_0, new NeonPanel(isa, PanelKind.SCALED));
  }

  @Override
  void loadConstants() {
    a.movi(v(LOW_NIBBLES).b16(), 0x0F);
    a.movi(v(OFFSET).b16(), 8);
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    loadHalves(LOW, 0);
    storeScales(LOW, 0, 0);
    prefetch(1, 2);
    load(HIGH, QS);
    splitNibbles(LOW, HIGH, LOW_NIBBLES);
    subtract(LOW, OFFSET);
    subtract(HIGH, OFFSET);
    store(LOW, 0, 0);
    store(HIGH, 0, 1);
  }
}
