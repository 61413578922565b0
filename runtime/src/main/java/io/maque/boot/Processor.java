package io.maque.boot;

import io.maque.asm.Cpuid;
import io.maque.asm.ExecutableMemory;
import io.maque.asm.TilePermission;
import io.maque.asm.arm64.HardwareCapabilities;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What the CPU and the operating system offer to machine code, for those who want to know why a
 * rung refused.
 *
 * @param features names of instruction sets, empty where machine code cannot run
 * @param tilesRefusal why AMX tiles cannot be used, or empty where they can; no kernel uses them
 *     yet
 */
public record Processor(List<String> features, Optional<String> tilesRefusal) {

  /** The CPU this runs on; asks the Linux kernel for the permission to use tiles. */
  public static Processor current() {
    if (ExecutableMemory.refusal("aarch64").isEmpty()) {
      return new Processor(
          names(HardwareCapabilities.features()), Optional.of("64-bit ARM has none"));
    }
    boolean x86 = ExecutableMemory.refusal("amd64").isEmpty();
    return new Processor(x86 ? names(Cpuid.features()) : List.of(), TilePermission.request());
  }

  private static List<String> names(Collection<? extends Enum<?>> features) {
    return features.stream().map(Enum::name).toList();
  }
}
