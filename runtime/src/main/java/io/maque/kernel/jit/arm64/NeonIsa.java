package io.maque.kernel.jit.arm64;

import io.maque.asm.arm64.ArmFeature;
import io.maque.asm.arm64.HardwareCapabilities;
import io.maque.kernel.Availability;
import io.maque.kernel.Machine;
import io.maque.kernel.jit.MachineCode;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An instruction set that kernels are made for: how products of bytes are formed. */
enum NeonIsa {
  /** {@code sdot}, four products for each sum: ARM servers and Apple since 2019. */
  DOTPROD("NeonDotprod", 4, List.of(ArmFeature.DOTPROD)),

  /** {@code smmla}, eight products for each of four sums: Neoverse V1 and N2, Apple M2 and on. */
  I8MM("NeonI8mm", 8, List.of(ArmFeature.DOTPROD, ArmFeature.I8MM));

  private final String suffix;
  private final int columns;
  private final List<ArmFeature> needed;

  NeonIsa(String suffix, int columns, List<ArmFeature> needed) {
    this.suffix = suffix;
    this.columns = columns;
    this.needed = needed;
  }

  /** As the names of kernels end. */
  String suffix() {
    return suffix;
  }

  /** Consecutive columns of a row that lie together in a register. */
  int columns() {
    return columns;
  }

  /** Whether kernels for it can run here. */
  Availability availability(Machine machine) {
    Optional<Availability.Refused> refusal = MachineCode.refusal(machine, "aarch64");
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Set<ArmFeature> missing = EnumSet.copyOf(needed);
    missing.removeAll(HardwareCapabilities.features());
    return missing.isEmpty()
        ? new Availability.Usable()
        : new Availability.Refused(
            "the CPU or the operating system lacks " + missing, "nothing; other rungs serve");
  }
}
