package io.maque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.fixture.TinyModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: its exit codes, signals, and a reader that leaves. */
@Timeout(60)
class ProcessTest {
  @TempDir private Path folder;
  private String model;

  @BeforeEach
  void writeModel() {
    model = TinyModels.chat(7).write(folder.resolve("tiny.gguf")).toString();
  }

  @Test
  void exitCodesAndStreamsAreTheContracts() throws Exception {
    Process done = start("kernels", "--json");
    String out = text(done.getInputStream());
    Process failed = start("inspect", folder.resolve("missing.gguf").toString());
    String err = text(failed.getErrorStream());

    assertThat(done.waitFor()).isZero();
    assertThat(out).startsWith("{").endsWith("}\n");
    assertThat(failed.waitFor()).isEqualTo(1);
    assertThat(err).contains("missing.gguf");
    assertThat(text(failed.getInputStream())).isEmpty();
    assertThat(start("inspect").waitFor()).isEqualTo(2);
  }

  @Test
  void interruptEndsTheAnswerInOrder() throws Exception {
    Process run = start("run", model, "hi", "--seed", "3", "--kernels", "scalar", "--threads", "1");
    InputStream out = run.getInputStream();
    int first = out.read();

    new ProcessBuilder("kill", "-INT", Long.toString(run.pid())).start().waitFor();
    String rest = text(out);

    assertThat(first).isNotNegative();
    assertThat(run.waitFor()).as(text(run.getErrorStream())).isIn(130, 0);
    assertThat(rest).endsWith("\n");
  }

  @Test
  void aReaderThatLeavesIsNoFailure() throws Exception {
    Process run = start("run", model, "hi", "--seed", "3");
    run.getInputStream().read();
    run.getInputStream().close();

    String err = text(run.getErrorStream());

    assertThat(run.waitFor()).as(err).isZero();
    assertThat(err).doesNotContain("maque: ");
  }

  private static Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+UseSerialGC");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.maque.cli.Main");
    command.addAll(List.of(args));
    return new ProcessBuilder(command).start();
  }

  private static String text(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }
}
