package io.maque.kernel;

import io.maque.kernel.scalar.ScalarProvider;
import io.maque.kernel.vector.VectorProvider;
import java.util.List;

/** Prints the ladder and the rungs in use; {@link WithoutVectorModuleTest} runs it by itself. */
final class WithoutVectorModule {
  private WithoutVectorModule() {}

  public static void main(String[] args) {
    Kernels kernels =
        Kernels.choose(List.of(new VectorProvider(), new ScalarProvider()), Machine.current());
    kernels.rungs().forEach(System.out::println);
    System.out.println(
        kernels.choices().stream().map(Kernels.Choice::provider).distinct().toList());
  }
}
