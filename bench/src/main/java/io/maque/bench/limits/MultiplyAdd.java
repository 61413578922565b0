package io.maque.bench.limits;

import static io.maque.asm.Gp.rdi;

import io.maque.asm.CpuFeature;
import io.maque.asm.Label;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.bench.limits.Limit.Kind;
import java.util.EnumSet;
import java.util.Set;

/**
 * Loops of nothing but multiply-adds on registers: {@code void run(long iterations)}. Twelve
 * independent sums cover the latency of every CPU so far (5 cycles at two instructions a cycle).
 *
 * <p>As made for {@link #AVX512_VNNI}:
 *
 * <pre>{@code
 * loop:
 *   vpdpbusd zmm0, zmm12, zmm13
 *   ...
 *   vpdpbusd zmm11, zmm12, zmm13
 *   dec rdi
 *   jnz loop
 * }</pre>
 */
enum MultiplyAdd {
  AVX2_INT8("vpmaddubsw, vpmaddwd, vpaddd ymm", Kind.INT8, 32, 256, CpuFeature.AVX2) {
    @Override
    void emit(VectorAssembler a, Vec sum, Vec x, Vec y) {
      Vec product = Vec.ymm(PRODUCT);
      a.vpmaddubsw(product, x, y);
      a.vpmaddwd(product, product, y);
      a.vpaddd(sum, sum, product);
    }
  },
  AVX_VNNI("vpdpbusd ymm", Kind.INT8, 32, 256, CpuFeature.AVX2, CpuFeature.AVX_VNNI) {
    @Override
    void emit(VectorAssembler a, Vec sum, Vec x, Vec y) {
      a.vpdpbusd(sum, x, y);
    }
  },
  AVX512_VNNI("vpdpbusd zmm", Kind.INT8, 64, 512, CpuFeature.AVX512F, CpuFeature.AVX512_VNNI) {
    @Override
    void emit(VectorAssembler a, Vec sum, Vec x, Vec y) {
      a.vpdpbusd(sum, x, y);
    }
  },
  AVX2_F32("vfmadd231ps ymm", Kind.F32, 8, 256, CpuFeature.AVX2, CpuFeature.FMA) {
    @Override
    void emit(VectorAssembler a, Vec sum, Vec x, Vec y) {
      a.vfmadd231ps(sum, x, y);
    }
  },
  AVX512_F32("vfmadd231ps zmm", Kind.F32, 16, 512, CpuFeature.AVX512F) {
    @Override
    void emit(VectorAssembler a, Vec sum, Vec x, Vec y) {
      a.vfmadd231ps(sum, x, y);
    }
  },
  AVX512_BF16("vdpbf16ps zmm", Kind.BF16, 32, 512, CpuFeature.AVX512F, CpuFeature.AVX512_BF16) {
    @Override
    void emit(VectorAssembler a, Vec sum, Vec x, Vec y) {
      a.vdpbf16ps(sum, x, y);
    }
  };

  /** Registers of the sums; those after them are the operands and a product. */
  private static final int SUMS = 12;

  private static final int X = 12;
  private static final int Y = 13;
  private static final int PRODUCT = 14;

  private final String instructions;
  private final Kind kind;
  private final int macs;
  private final int bits;
  private final Set<CpuFeature> needed;

  MultiplyAdd(String instructions, Kind kind, int macs, int bits, CpuFeature... needed) {
    this.instructions = instructions;
    this.kind = kind;
    this.macs = macs;
    this.bits = bits;
    this.needed = EnumSet.of(needed[0], needed);
  }

  /** Emits one multiply-add of all elements of {@code x} and {@code y} to {@code sum}. */
  abstract void emit(VectorAssembler a, Vec sum, Vec x, Vec y);

  String instructions() {
    return instructions;
  }

  Kind kind() {
    return kind;
  }

  boolean runsWith(Set<CpuFeature> features) {
    return features.containsAll(needed);
  }

  /** Multiply-adds of one iteration. */
  long macsPerIteration() {
    return (long) SUMS * macs;
  }

  VectorAssembler generate() {
    VectorAssembler a = new VectorAssembler();
    Label loop = new Label();
    for (int i = 0; i <= PRODUCT; i++) {
      a.vpxor(Vec.ymm(i), Vec.ymm(i), Vec.ymm(i));
    }
    a.bind(loop);
    for (int i = 0; i < SUMS; i++) {
      emit(a, register(i), register(X), register(Y));
    }
    a.dec(rdi);
    a.jnz(loop);
    a.vzeroupper();
    a.ret();
    return a;
  }

  private Vec register(int number) {
    return new Vec(number, bits, 0, false);
  }
}
