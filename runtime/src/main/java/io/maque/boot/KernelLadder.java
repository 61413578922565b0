package io.maque.boot;

import io.maque.kernel.KernelProvider;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.jit.JitProvider;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.kernel.vector.VectorProvider;
import java.util.List;
import java.util.Optional;

/** The list of kernel providers, best first. The scalar rung is last: it serves everything. */
public final class KernelLadder {
  /** Names the rung to begin at, for those who cannot pass an option. */
  public static final String PROPERTY = "maque.kernels";

  private static final List<KernelProvider> PROVIDERS =
      List.of(
          JitProvider.avx512Vnni(),
          JitProvider.avxVnni(),
          JitProvider.avx2(),
          new VectorProvider(),
          new ScalarProvider());

  private KernelLadder() {}

  /**
   * The kernels of this machine.
   *
   * @param rung name of the rung to begin at, those below it serve what it does not; when empty,
   *     the system property {@value #PROPERTY} is asked, and without it every operation gets the
   *     best rung that serves it
   * @throws io.maque.kernel.KernelUnavailableException when there is no such rung, or the machine
   *     refuses it
   */
  public static Kernels choose(Optional<String> rung) {
    Machine machine = Machine.current();
    return rung.or(() -> Optional.ofNullable(System.getProperty(PROPERTY)))
        .map(name -> Kernels.force(PROVIDERS, machine, name))
        .orElseGet(() -> Kernels.choose(PROVIDERS, machine));
  }
}
