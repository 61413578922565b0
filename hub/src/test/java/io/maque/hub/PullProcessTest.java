package io.maque.hub;

import static io.maque.hub.HubFixture.GGUF;
import static io.maque.hub.HubFixture.SUM;
import static io.maque.hub.transfer.FileHost.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.maque.hub.pull.PullOptions;
import io.maque.hub.transfer.FileHost;
import io.maque.hub.transfer.Progress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls in processes of their own: beside each other, and killed. */
class PullProcessTest {
  private static final String FILE = "/o/r/resolve/main/a.gguf";
  private static final String REFERENCE = "hf:o/r/a.gguf";

  @TempDir Path home;
  private HubFixture fixture;
  private Path root;
  private File log;

  @BeforeEach
  void start() {
    root = home.resolve("models");
    fixture = new HubFixture(root);
    log = home.resolve("log").toFile();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private FileHost.Answer slow() {
    return exchange -> {
      exchange.getResponseHeaders().set("ETag", "\"t\"");
      exchange.sendResponseHeaders(200, GGUF.length);
      int step = GGUF.length / 20 + 1;
      for (int from = 0; from < GGUF.length; from += step) {
        exchange.getResponseBody().write(GGUF, from, Math.min(step, GGUF.length - from));
        exchange.getResponseBody().flush();
        pause();
      }
    };
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void twoProcessesPullOneModelOnce() throws Exception {
    fixture.onHuggingFace(FILE, SUM, GGUF.length, slow());
    Process first = PullingProcess.start(root, fixture.hub.uri(""), REFERENCE, log);
    Process second =
        PullingProcess.start(root, fixture.hub.uri(""), REFERENCE, home.resolve("log2").toFile());
    assertThat(first.waitFor()).as(() -> contentOf(log)).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(fixture.storage.gets()).hasSize(1);
    assertThat(fixture.open().resolve("a").model()).hasBinaryContent(GGUF);
  }

  @Test
  void aKilledPullLeavesNoModelAndGoesOnNextTime() throws Exception {
    fixture.onHuggingFace(
        FILE,
        SUM,
        GGUF.length,
        fixture.storage.stalled(GGUF, 200_000, "ETag", "\"t\""),
        file(GGUF, "\"t\""));
    Process process = PullingProcess.start(root, fixture.hub.uri(""), REFERENCE, log);
    Path partial = root.resolve("a/partial/a.gguf");
    while (!Files.exists(partial) || Files.size(partial) < 200_000) {
      assertThat(process.isAlive()).as(() -> contentOf(log)).isTrue();
      Thread.sleep(5);
    }
    process.destroyForcibly().waitFor();
    Hub hub = fixture.open();
    assertThat(hub.list()).isEmpty();
    assertThat(root.resolve("a/a.gguf")).doesNotExist();
    hub.pull(REFERENCE, PullOptions.DEFAULT, Progress.NONE);
    assertThat(hub.resolve("a").model()).hasBinaryContent(GGUF);
    assertThat(fixture.storage.gets().getLast().header("Range")).contains("bytes=200000-");
    assertThat(partial).doesNotExist();
  }

  private static String contentOf(File file) {
    try {
      return Files.readString(file.toPath());
    } catch (IOException fault) {
      return fault.toString();
    }
  }
}
