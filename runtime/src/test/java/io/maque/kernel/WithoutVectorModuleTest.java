package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WithoutVectorModuleTest {

  @Test
  void aJvmStartedWithoutTheModuleRefusesTheRungAndGoesOn() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WithoutVectorModule.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(output)
        .contains("Rung[provider=vector, availability=Refused")
        .contains("--add-modules=jdk.incubator.vector")
        .contains("Rung[provider=scalar, availability=Usable")
        .contains("[scalar]");
  }
}
