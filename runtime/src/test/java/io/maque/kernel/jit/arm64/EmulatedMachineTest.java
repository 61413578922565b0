package io.maque.kernel.jit.arm64;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.asm.arm64.ArmFeature;
import io.maque.asm.arm64.HardwareCapabilities;
import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.fixture.TinyModels;
import io.maque.generate.Generation;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.kernel.Availability;
import io.maque.kernel.Machine;
import io.maque.sampling.SamplingOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * In the emulated JVM of {@code make test}, both rungs must be there: the duels beside this class,
 * which elsewhere depend on the CPU, then run for certain.
 */
@EnabledIfSystemProperty(named = "maque.emulated", matches = "true")
class EmulatedMachineTest {
  private static final SamplingOptions GREEDY = SamplingOptions.builder().temperature(0).build();

  @Test
  void hasBothRungs() {
    Machine machine = Machine.current();

    assertThat(machine.arch()).isEqualTo("aarch64");
    assertThat(HardwareCapabilities.features()).contains(ArmFeature.DOTPROD, ArmFeature.I8MM);
    assertThat(NeonProvider.dotprod().availability(machine))
        .isInstanceOf(Availability.Usable.class);
    assertThat(NeonProvider.i8mm().availability(machine)).isInstanceOf(Availability.Usable.class);
  }

  @Test
  void aModelSaysTheSameOnBoth(@TempDir Path folder) {
    Path file = TinyModels.chat(1).write(folder.resolve("tiny.gguf"));

    assertThat(generate(file, "neon-i8mm").tokens())
        .hasSize(20)
        .isEqualTo(generate(file, "neon-dotprod").tokens());
  }

  private static Generation generate(Path file, String rung) {
    try (LanguageModel model = LanguageModels.open(file, OpenOptions.DEFAULT.withKernels(rung))) {
      GenerationRequest request =
          GenerationRequest.text("Hello 你好").withMaxTokens(20).withSampling(GREEDY);
      return model.generate(request, GenerationListener.NONE);
    }
  }
}
