package io.maque.kernel.jit;

import static io.maque.asm.Mask.k3;
import static io.maque.asm.Vec.xmm;

import io.maque.asm.Gp;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.AttentionShape;
import java.util.function.IntFunction;

/**
 * The part of {@link AttentionRange} that turns one query and a register of keys into weights:
 * products summed lane by lane, the lanes added up pairwise so that one register holds all scores,
 * and a step of the online softmax. Positions that are not seen have the score -infinity and the
 * weight 0. For keys of 64 values, with AVX-512:
 *
 * <pre>
 *   vmovups      zmm16, [rdx]              ; query
 *   vmulps       zmm0, zmm16, [rbx+4288]   ; key of position 0, to zmm15, position 15
 *   ...
 *   vmovups      zmm17, [rdx+64]
 *   vfmadd231ps  zmm0, zmm17, [rbx+4352]
 *   ...
 *   vpunpckldq   zmm16, zmm0, zmm1         ; pairs, quadruples, then lanes
 *   vpunpckhdq   zmm17, zmm0, zmm1
 *   vaddps       zmm0, zmm16, zmm17
 *   ...
 *   vmulps       zmm0, zmm0, [scale]{1to16}
 *   vmovups      zmm1{k1}, zmm0            ; over -infinity
 * </pre>
 */
final class AttentionScores {
  private final VectorAssembler a;
  private final Constants constants;
  private final Lanes lanes;
  private final Isa isa;
  private final AttentionShape shape;

  /** Positions, and the number of the first register after one for each. */
  private final int positions;

  AttentionScores(
      Isa isa, VectorAssembler a, Constants constants, Lanes lanes, AttentionShape shape) {
    this.isa = isa;
    this.lanes = lanes;
    this.positions = isa.floats();
    this.a = a;
    this.constants = constants;
    this.shape = shape;
  }

  /**
   * @param query f32 of one head
   * @param keys f32 of a register of positions, {@code stride} bytes apart, padded with zeros
   * @param row state of the head
   * @param seen loads which positions are seen, into the register it is given
   */
  void emit(Gp query, Memory keys, int stride, Gp row, IntFunction<Lanes.Part> seen) {
    dotProducts(query, keys, stride);
    sumAcross();
    a.vmulps(v(0), v(0), constants.floats(shape.scale()));
    constants.loadFloats(a, v(1), Float.NEGATIVE_INFINITY);
    Lanes.Part part = seen.apply(positions);
    part.merge(v(1), v(0), v(2));
    softmax(row, part);
  }

  /** Partial sums of the score of position p in register p. */
  private void dotProducts(Gp query, Memory keys, int stride) {
    int length = shape.keyLength();
    for (int c = 0; c < AttentionState.chunks(isa, length); c++) {
      int register = positions + c % 2;
      Vec values = v(register);
      Memory from = Memory.mem(query, c * isa.bytes());
      lanes.load(values, from, lanes.chunk(c, length, register, k3));
      for (int p = 0; p < positions; p++) {
        int at = keys.displacement() + p * stride + c * isa.bytes();
        Memory key = Memory.mem(keys.base(), at);
        if (c == 0) {
          a.vmulps(v(p), values, key);
        } else {
          a.vfmadd231ps(v(p), values, key);
        }
      }
    }
  }

  /** Sums each of the first registers to one element of the first: pairs, quadruples, lanes. */
  private void sumAcross() {
    Vec low = v(positions);
    Vec high = v(positions + 1);
    for (int i = 0; i < positions / 2; i++) {
      a.vpunpckldq(low, v(2 * i), v(2 * i + 1));
      a.vpunpckhdq(high, v(2 * i), v(2 * i + 1));
      a.vaddps(v(i), low, high);
    }
    for (int i = 0; i < positions / 4; i++) {
      a.vpunpcklqdq(low, v(2 * i), v(2 * i + 1));
      a.vpunpckhqdq(high, v(2 * i), v(2 * i + 1));
      a.vaddps(v(i), low, high);
    }
    for (int count = positions / 8; count > 0; count /= 2) {
      for (int i = 0; i < count; i++) {
        if (isa.bytes() == 64) {
          a.vshuff32x4(low, v(2 * i), v(2 * i + 1), 0b10_00_10_00);
          a.vshuff32x4(high, v(2 * i), v(2 * i + 1), 0b11_01_11_01);
        } else {
          a.vperm2f128(low, v(2 * i), v(2 * i + 1), 0x20);
          a.vperm2f128(high, v(2 * i), v(2 * i + 1), 0x31);
        }
        a.vaddps(v(i), low, high);
      }
    }
  }

  /**
   * Updates a head's largest score, sums and factor; stores the weights of the scores in register
   * 1.
   */
  private void softmax(Gp row, Lanes.Part seen) {
    Exponential exponential = new Exponential(a, constants);
    a.vmovups(v(2), v(1));
    Reductions.max(a, v(2), v(3));
    a.vbroadcastss(v(4), Memory.mem(row, AttentionState.LARGEST));
    a.vmaxps(v(2), v(4), v(2));
    a.vmovss(Memory.mem(row, AttentionState.LARGEST), xmm(2));
    a.vsubps(v(4), v(4), v(2));
    exponential.emit(v(4), v(5), v(6), v(7));
    a.vmovss(Memory.mem(row, AttentionState.FACTOR), xmm(4));
    a.vsubps(v(1), v(1), v(2));
    exponential.emit(v(1), v(5), v(6), v(7));
    seen.keep(v(1));
    a.vmovups(Memory.mem(row, AttentionState.WEIGHTS), v(1));
    a.vfmadd231ps(v(1), v(4), Memory.mem(row, AttentionState.SUMS));
    a.vmovups(Memory.mem(row, AttentionState.SUMS), v(1));
  }

  private Vec v(int number) {
    return isa.v(number);
  }
}
