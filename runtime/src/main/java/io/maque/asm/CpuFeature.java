package io.maque.asm;

/** What a CPU and its operating system must both offer before kernels may use it. */
public enum CpuFeature {
  AVX2,
  FMA,
  F16C,
  AVX_VNNI,
  AVX512F,
  AVX512BW,
  AVX512DQ,
  AVX512VL,
  AVX512_VNNI,
  AVX512_VBMI,
  AVX512_BF16,
  AMX_TILE,
  AMX_INT8,
  AMX_BF16
}
