package io.maque.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.asm.MappedFileGuard;
import io.maque.fixture.ArchiveModels;
import io.maque.fixture.RealModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model's file is cut short while its weights are read, in a JVM of its own, which must outlive
 * it.
 */
@EnabledIf("guarded")
class TruncatedModelTest {
  @TempDir private Path folder;

  static boolean guarded() {
    return MappedFileGuard.refusal().isEmpty();
  }

  /** With the JVM looking after its handlers, which it then only warns of. */
  @Test
  void theModelFailsAndTheProcessAndOtherModelsGoOn() throws IOException, InterruptedException {
    Outcome outcome = run(tiny(), "best", "-Xcheck:jni");

    assertSurvived(outcome);
  }

  @Test
  void rowsThatJavaReadsAreGuardedToo() throws IOException, InterruptedException {
    assertSurvived(run(tiny(), "vector"));
  }

  @Test
  @Tag("real")
  void aRealModelFailsAndTheProcessGoesOn() throws IOException, InterruptedException {
    assertSurvived(run(RealModels.path("SmolLM2-135M-Instruct.Q4_1.gguf"), "best"));
  }

  /** So that the tests above show something; and the way back for whoever trusts no handler. */
  @Test
  void switchedOffTheProcessDiesAsBefore() throws IOException, InterruptedException {
    Outcome outcome = run(tiny(), "best", "-D" + MappedFileGuard.PROPERTY + "=off");

    assertThat(outcome.output()).contains("before: true", "SIGBUS").doesNotContain("during:");
    assertThat(outcome.exitCode()).isNotZero();
  }

  private static void assertSurvived(Outcome outcome) {
    assertThat(outcome.output())
        .contains("before: true")
        .containsPattern("during: .*cut.gguf: a part that was there .* cannot be read any more")
        .containsPattern("after: .*cut.gguf: a part that was there .* cannot be read any more")
        .contains("other: true")
        .contains("reopened: true")
        .contains("unguarded: InternalError");
    assertThat(outcome.exitCode()).isZero();
  }

  private Path tiny() {
    return ArchiveModels.all().get("qwen2").write(folder.resolve("tiny.gguf"));
  }

  private record Outcome(int exitCode, String output) {}

  private Outcome run(Path model, String rung, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:ErrorFile=" + folder.resolve("crash.log"));
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(TruncatedModel.class.getName(), model.toString(), folder.toString(), rung));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
