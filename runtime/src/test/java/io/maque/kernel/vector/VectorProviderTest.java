package io.maque.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.kernel.Availability;
import io.maque.kernel.Machine;
import org.junit.jupiter.api.Test;

class VectorProviderTest {
  private static final Machine MACHINE = new Machine("Linux", "amd64", 2);

  @Test
  void isUsableWhereTheModuleIs() {
    assertThat(new VectorProvider().availability(MACHINE)).isEqualTo(new Availability.Usable());
  }

  @Test
  void saysWhatIsMissingAndHowToAddIt() {
    assertThat(new VectorProvider(ModuleLayer.empty()).availability(MACHINE))
        .isEqualTo(
            new Availability.Refused(
                "this JVM was started without the module jdk.incubator.vector",
                "start it with --add-modules=jdk.incubator.vector"));
  }
}
