package io.maque.kernel.jit;

import io.maque.kernel.Availability;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.Machine;

/** Which rungs this machine has; the duels of the others are reported as skipped. */
final class Rungs {

  private Rungs() {}

  static boolean avx2() {
    return has(JitProvider.avx2());
  }

  static boolean avxVnni() {
    return has(JitProvider.avxVnni());
  }

  static boolean avx512Vnni() {
    return has(JitProvider.avx512Vnni());
  }

  static boolean amx() {
    return has(new AmxProvider());
  }

  private static boolean has(KernelProvider provider) {
    return provider.availability(Machine.current()) instanceof Availability.Usable;
  }
}
