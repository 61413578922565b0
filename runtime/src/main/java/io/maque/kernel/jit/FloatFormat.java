package io.maque.kernel.jit;

import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/** A weight format whose every element is a float: how a register is loaded with it as f32. */
enum FloatFormat {
  F32(TensorType.F32) {
    @Override
    void load(VectorAssembler a, Vec target, Memory source) {
      a.vmovups(target, source);
    }
  },

  F16(TensorType.F16) {
    @Override
    void load(VectorAssembler a, Vec target, Memory source) {
      a.vcvtph2ps(target, source);
    }
  },

  /** The upper half of an f32. */
  BF16(TensorType.BF16) {
    @Override
    void load(VectorAssembler a, Vec target, Memory source) {
      a.vpmovzxwd(target, source);
      a.vpslld(target, target, 16);
    }
  };

  private final TensorType type;

  FloatFormat(TensorType type) {
    this.type = type;
  }

  TensorType type() {
    return type;
  }

  /** Bytes of one element. */
  int bytes() {
    return type.blockBytes();
  }

  /** Loads as many consecutive elements as {@code target} has 32-bit ones. */
  abstract void load(VectorAssembler a, Vec target, Memory source);
}
