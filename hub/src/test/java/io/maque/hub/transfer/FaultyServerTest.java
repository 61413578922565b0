package io.maque.hub.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a server does in between, a download that says it is done has the file the server has
 * then, and repeating a failed one ends.
 */
class FaultyServerTest {
  private static final int RUNS = 40;
  private static final TransferSettings HASTY =
      new TransferSettings(Duration.ofSeconds(5), Duration.ofMillis(150), 2, Duration.ofMillis(1));

  @TempDir Path directory;

  @Test
  void everyFinishedDownloadIsTheFile() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      try (FileHost host = new FileHost()) {
        byte[] content = content(random);
        List<FileHost.Answer> answers = new ArrayList<>();
        for (int faults = random.nextInt(6); faults > 0; faults--) {
          answers.add(fault(host, random, content));
        }
        answers.add(FileHost.file(content, "\"last\""));
        host.on("/f", answers.toArray(FileHost.Answer[]::new));
        Path target = directory.resolve("run-" + run);
        download(host, target, answers.size());
        assertThat(Files.readAllBytes(target)).as("seed %d, run %d", seed, run).isEqualTo(content);
      }
    }
  }

  private static byte[] content(Random random) {
    byte[] content = new byte[1 + random.nextInt(200_000)];
    random.nextBytes(content);
    return content;
  }

  /** Pulls until it works; each failure must have used up at least one fault. */
  private void download(FileHost host, Path target, int most) {
    Web web = new Web(HASTY, ProxySelector.of(null));
    Download.Request request =
        new Download.Request(
            host.uri("/f"), Credential.NONE, "x", "x", OptionalLong.empty(), Optional.empty());
    for (int tries = 0; ; tries++) {
      try {
        new Download(web, Disk.SYSTEM, request, target, Progress.NONE).run();
        return;
      } catch (PullException fault) {
        assertThat(tries).as(fault.getMessage()).isLessThan(most);
      }
    }
  }

  /** Something a server may do to a file of which older versions are about. */
  private static FileHost.Answer fault(FileHost host, Random random, byte[] content) {
    byte[] old = content(random);
    String tag = random.nextBoolean() ? "\"last\"" : "\"old\"";
    byte[] sent = tag.equals("\"last\"") ? content : old;
    int cut = random.nextInt(sent.length);
    return switch (random.nextInt(7)) {
      case 0 -> FileHost.truncated(sent, cut, "ETag", tag);
      case 1 -> FileHost.truncated(old, random.nextInt(old.length));
      case 2 -> host.stalled(sent, cut, "ETag", tag);
      case 3 -> FileHost.status(503);
      case 4 -> FileHost.status(416);
      case 5 -> FileHost.status(404);
      default -> FileHost.truncated(sent, cut, "ETag", "W/\"weak\"");
    };
  }
}
