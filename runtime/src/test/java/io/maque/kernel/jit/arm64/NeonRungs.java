package io.maque.kernel.jit.arm64;

import io.maque.kernel.Availability;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.Machine;

/** Which rungs this machine has; the duels of the others are reported as skipped. */
final class NeonRungs {

  private NeonRungs() {}

  static boolean dotprod() {
    return has(NeonProvider.dotprod());
  }

  static boolean i8mm() {
    return has(NeonProvider.i8mm());
  }

  private static boolean has(KernelProvider provider) {
    return provider.availability(Machine.current()) instanceof Availability.Usable;
  }
}
