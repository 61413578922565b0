package io.maque.boot;

import io.maque.kernel.Availability;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.jit.AmxProvider;
import io.maque.kernel.jit.JitProvider;
import io.maque.kernel.jit.arm64.NeonProvider;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.kernel.vector.VectorProvider;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The list of kernel providers, best first. The scalar rung is last: it serves everything. */
public final class KernelLadder {
  /** Names the rung to begin at, for those who cannot pass an option. */
  public static final String PROPERTY = "maque.kernels";

  private static final List<KernelProvider> PROVIDERS =
      List.of(
          new AmxProvider(),
          JitProvider.avx512Vnni(),
          JitProvider.avxVnni(),
          JitProvider.avx2(),
          NeonProvider.i8mm(),
          NeonProvider.dotprod(),
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
        .orElseGet(() -> best(machine));
  }

  /** Plain Java is so slow that a user must hear of it, and what would help. */
  private static Kernels best(Machine machine) {
    Kernels kernels = Kernels.choose(PROVIDERS, machine);
    String slowest = PROVIDERS.getLast().name();
    String slow =
        kernels.choices().stream()
            .filter(c -> c.operation().equals("matMul") && c.provider().equals(slowest))
            .map(Kernels.Choice::format)
            .collect(Collectors.joining(", "));
    if (!slow.isEmpty()) {
      System.getLogger(KernelLadder.class.getName())
          .log(
              Level.WARNING,
              "only kernels in plain Java can multiply weights in {0} here, and they are very"
                  + " slow: {1}",
              slow,
              refusals(kernels));
    }
    return kernels;
  }

  private static String refusals(Kernels kernels) {
    return kernels.rungs().stream()
        .filter(rung -> rung.availability() instanceof Availability.Refused)
        .map(rung -> {
          Availability.Refused refused = (Availability.Refused) rung.availability();
          return "%s: %s; %s".formatted(rung.provider(), refused.reason(), refused.remedy());
        })
        .collect(Collectors.joining(". "));
  }
}
