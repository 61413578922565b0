package io.maque.asm;

import io.maque.memory.ForeignFunction;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Whether this process may use AMX tiles. Linux gives their 8 KB of state to a process only when it
 * asks, and a tile instruction before that ends it with an illegal instruction, whatever CPUID says
 * (Linux, {@code Documentation/arch/x86/xstate.rst}).
 */
public final class TilePermission {
  private static final int ARCH_REQ_XCOMP_PERM = 0x1023;

  /** The tile data's place among the state components of XCR0. */
  private static final int XFEATURE_XTILEDATA = 18;

  private TilePermission() {}

  /**
   * Asks for the permission, for the rest of the process's life.
   *
   * @return why there is none, or empty
   */
  public static Optional<String> request() {
    Optional<String> noCode = ExecutableMemory.refusal("amd64");
    return noCode.isPresent() ? noCode : decide(Cpuid.features(), TilePermission::askKernel);
  }

  /** What the kernel answers: 0, or a negative number. */
  @FunctionalInterface
  interface Kernel {
    int ask();
  }

  /** Pure decision; the kernel is not asked about a CPU that has no tiles. */
  static Optional<String> decide(Set<CpuFeature> features, Kernel kernel) {
    Set<CpuFeature> missing = EnumSet.of(CpuFeature.AMX_TILE, CpuFeature.AMX_INT8);
    missing.removeAll(features);
    if (!missing.isEmpty()) {
      return Optional.of("the CPU or the operating system lacks " + missing);
    }
    return kernel.ask() == 0
        ? Optional.empty()
        : Optional.of(
            "the kernel refused arch_prctl(ARCH_REQ_XCOMP_PERM, 18); it takes Linux 5.16");
  }

  private static int askKernel() {
    return (int)
        ForeignFunction.ofLibrary("arch_prctl")
            .call(
                ForeignFunction.number(ARCH_REQ_XCOMP_PERM),
                ForeignFunction.number(XFEATURE_XTILEDATA),
                MemorySegment.NULL,
                MemorySegment.NULL);
  }
}
