package io.maque.asm;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Memory.mem;

import io.maque.memory.ForeignFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;

/**
 * Asks the CPU what it can do (CPUID) and the operating system which registers it saves (XGETBV):
 * only both together make an instruction usable, and a wrong answer is a crash.
 *
 * <p>Bits are those of the Intel manual, volume 2, CPUID; AMD uses the same. The AMX features need
 * a permission of the Linux kernel besides, so they are reported as what the CPU has, not as
 * usable.
 */
public final class Cpuid {
  private static final int OSXSAVE = 27;

  /** XCR0: SSE and AVX state. */
  private static final int YMM_STATE = 0b110;

  /** XCR0: mask registers, upper halves of zmm0-15, zmm16-31. */
  private static final int ZMM_STATE = 0b1110_0110;

  /** XCR0: tile configuration and tile data. */
  private static final int TILE_STATE = 0b11 << 17;

  private Cpuid() {}

  /**
   * The usable features of the CPU this runs on.
   *
   * @throws IllegalStateException where machine code cannot be run; see {@link
   *     ExecutableMemory#refusal}
   */
  public static Set<CpuFeature> features() {
    ForeignFunction cpuid = ExecutableMemory.function(cpuidCode());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment registers = arena.allocate(16);
      int[] leaf0 = call(cpuid, 0, 0, registers);
      int[] leaf1 = call(cpuid, 1, 0, registers);
      if (leaf0[0] < 7 || !bit(leaf1[2], OSXSAVE)) {
        return Set.of();
      }
      int[] leaf7 = call(cpuid, 7, 0, registers);
      int[] leaf7Sub1 = leaf7[0] >= 1 ? call(cpuid, 7, 1, registers) : new int[4];
      ForeignFunction xgetbv = ExecutableMemory.function(xgetbvCode());
      int xcr0 = call(xgetbv, 0, 0, registers)[0];
      return decode(leaf1, leaf7, leaf7Sub1, xcr0);
    }
  }

  /** Pure decision on register contents: {@code {eax, ebx, ecx, edx}} of each leaf. */
  static Set<CpuFeature> decode(int[] leaf1, int[] leaf7, int[] leaf7Sub1, int xcr0) {
    Set<CpuFeature> features = EnumSet.noneOf(CpuFeature.class);
    int ebx = leaf7[1];
    int ecx = leaf7[2];
    int edx = leaf7[3];
    if ((xcr0 & YMM_STATE) == YMM_STATE) {
      add(features, CpuFeature.FMA, leaf1[2], 12);
      add(features, CpuFeature.F16C, leaf1[2], 29);
      add(features, CpuFeature.AVX2, ebx, 5);
      add(features, CpuFeature.AVX_VNNI, leaf7Sub1[0], 4);
    }
    if ((xcr0 & ZMM_STATE) == ZMM_STATE) {
      add(features, CpuFeature.AVX512F, ebx, 16);
      add(features, CpuFeature.AVX512DQ, ebx, 17);
      add(features, CpuFeature.AVX512BW, ebx, 30);
      add(features, CpuFeature.AVX512VL, ebx, 31);
      add(features, CpuFeature.AVX512_VBMI, ecx, 1);
      add(features, CpuFeature.AVX512_VNNI, ecx, 11);
      add(features, CpuFeature.AVX512_BF16, leaf7Sub1[0], 5);
    }
    if ((xcr0 & TILE_STATE) == TILE_STATE) {
      add(features, CpuFeature.AMX_BF16, edx, 22);
      add(features, CpuFeature.AMX_TILE, edx, 24);
      add(features, CpuFeature.AMX_INT8, edx, 25);
    }
    return features;
  }

  private static void add(Set<CpuFeature> features, CpuFeature feature, int register, int bit) {
    if (bit(register, bit)) {
      features.add(feature);
    }
  }

  private static boolean bit(int register, int bit) {
    return (register >>> bit & 1) != 0;
  }

  /** Calls {@code void f(int leaf, int subleaf, int[4] registers)}. */
  private static int[] call(
      ForeignFunction function, int leaf, int subleaf, MemorySegment registers) {
    function.call(
        ForeignFunction.number(leaf),
        ForeignFunction.number(subleaf),
        registers,
        MemorySegment.NULL);
    return registers.toArray(ValueLayout.JAVA_INT);
  }

  private static byte[] cpuidCode() {
    Assembler a = new Assembler();
    a.push(rbx);
    a.mov(r8, rdx);
    a.mov(rax.low(), rdi.low());
    a.mov(rcx.low(), rsi.low());
    a.cpuid();
    a.mov(mem(r8), rax.low());
    a.mov(mem(r8, 4), rbx.low());
    a.mov(mem(r8, 8), rcx.low());
    a.mov(mem(r8, 12), rdx.low());
    a.pop(rbx);
    a.ret();
    return a.toBytes();
  }

  private static byte[] xgetbvCode() {
    Assembler a = new Assembler();
    a.mov(r8, rdx);
    a.mov(rcx.low(), rdi.low());
    a.xgetbv();
    a.mov(mem(r8), rax.low());
    a.mov(mem(r8, 4), rdx.low());
    a.ret();
    return a.toBytes();
  }
}
