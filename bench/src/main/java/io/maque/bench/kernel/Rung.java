package io.maque.bench.kernel;

import io.maque.boot.KernelLadder;
import io.maque.kernel.Availability;
import io.maque.kernel.Kernels;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Rungs of the kernel ladder as parameters of benchmarks. */
final class Rung {
  /** The best rung for each operation, as Maque itself chooses. */
  static final String BEST = "best";

  private Rung() {}

  /** The kernels of a rung. */
  static Kernels kernels(String rung) {
    return KernelLadder.choose(rung.equals(BEST) ? Optional.empty() : Optional.of(rung));
  }

  /** The rungs this machine can run, best first. */
  static List<String> usable() {
    return kernels(BEST).rungs().stream()
        .filter(rung -> rung.availability() instanceof Availability.Usable)
        .map(Kernels.Rung::provider)
        .toList();
  }

  /** What the rung itself serves, rather than one below it: {@code operation format}. */
  static Set<String> served(String rung) {
    return kernels(rung).choices().stream()
        .filter(choice -> choice.provider().equals(rung))
        .map(choice -> choice.operation() + " " + choice.format())
        .collect(Collectors.toSet());
  }
}
