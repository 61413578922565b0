package io.maque.hub.transfer;

import static io.maque.hub.transfer.FileHost.chunked;
import static io.maque.hub.transfer.FileHost.file;
import static io.maque.hub.transfer.FileHost.partial;
import static io.maque.hub.transfer.FileHost.status;
import static io.maque.hub.transfer.FileHost.truncated;
import static io.maque.hub.transfer.FileHost.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {
  static final TransferSettings IMPATIENT =
      new TransferSettings(Duration.ofSeconds(5), Duration.ofMillis(400), 3, Duration.ofMillis(5));
  private static final String TAG = "\"v1\"";
  private static final byte[] CONTENT = content(300_000, 1);
  private static final byte[] OTHER = content(300_000, 2);

  @TempDir Path directory;
  private final FileHost host = new FileHost();
  private final Web web = new Web(IMPATIENT, ProxySelector.of(null));
  private Path target;

  private static byte[] content(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @BeforeEach
  void chooseTarget() {
    target = directory.resolve("a.gguf");
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private void download() {
    download(OptionalLong.of(CONTENT.length), Optional.empty(), Disk.SYSTEM, Progress.NONE);
  }

  private void download(OptionalLong bytes, Optional<Sha256> sha256, Disk disk, Progress progress) {
    new Download(
            web,
            disk,
            new Download.Request(
                host.uri("/f"), Credential.NONE, "hf:o/r/a.gguf", "a.gguf", bytes, sha256),
            target,
            progress)
        .run();
  }

  /** Leaves {@code bytes} of the file behind, as a pull that was cut off does. */
  private void interruptedAfter(int bytes, String... headers) {
    host.on("/f", truncated(CONTENT, bytes, headers), status(404));
    assertThatExceptionOfType(PullException.class).isThrownBy(this::download);
    assertThat(target).hasSize(bytes);
  }

  @Test
  void fetchesAFileAndTellsHowFarItIs() {
    host.on("/f", file(CONTENT, TAG));
    long[] last = new long[2];
    download(
        OptionalLong.empty(),
        Optional.empty(),
        Disk.SYSTEM,
        (phase, name, done, total) -> {
          assertThat(phase).isEqualTo(Progress.Phase.DOWNLOADING);
          assertThat(name).isEqualTo("a.gguf");
          assertThat(done).isGreaterThanOrEqualTo(last[0]);
          last[0] = done;
          last[1] = total;
        });
    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(last).containsExactly(CONTENT.length, CONTENT.length);
  }

  @Test
  void fetchesAFileOfUnknownLength() {
    host.on("/f", chunked(CONTENT));
    download(OptionalLong.empty(), Optional.empty(), Disk.SYSTEM, Progress.NONE);
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void goesOnWithinOnePullWhenTheConnectionBreaks() {
    host.on("/f", truncated(CONTENT, 100_000, "ETag", TAG), file(CONTENT, TAG));
    download();
    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(host.seen().getLast().header("Range")).contains("bytes=100000-");
    assertThat(host.seen().getLast().header("If-range")).contains(TAG);
  }

  @Test
  void goesOnInALaterPull() {
    interruptedAfter(120_000, "ETag", TAG);
    host.on("/f", file(CONTENT, TAG));
    download();
    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(host.seen().getLast().header("Range")).contains("bytes=120000-");
  }

  @Test
  void aWholeFileIsNotFetchedAgain() {
    host.on("/f", file(CONTENT, TAG));
    download();
    download();
    assertThat(host.seen()).hasSize(1);
  }

  @Test
  void startsAnewWhenTheServerIgnoresTheRange() {
    interruptedAfter(100_000, "ETag", TAG);
    host.on("/f", whole(CONTENT, "ETag", TAG));
    download();
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void startsAnewWhenTheFileHasChanged() {
    interruptedAfter(100_000, "ETag", TAG);
    host.on("/f", file(OTHER, "\"v2\""));
    download();
    assertThat(target).hasBinaryContent(OTHER);
  }

  @Test
  void startsAnewWhenAServerSendsTheRestOfAnotherFile() {
    interruptedAfter(100_000, "ETag", TAG);
    host.on("/f", partial(OTHER, 100_000, "ETag", "\"v2\""), file(OTHER, "\"v2\""));
    download();
    assertThat(target).hasBinaryContent(OTHER);
    assertThat(host.seen().getLast().header("Range")).isEmpty();
  }

  @Test
  void startsAnewWhenTheLengthHasChanged() {
    interruptedAfter(100_000, "ETag", TAG);
    byte[] longer = Arrays.copyOf(CONTENT, CONTENT.length + 5);
    host.on("/f", partial(longer, 100_000, "ETag", TAG), file(CONTENT, TAG));
    download();
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void startsAnewWhenTheServerBeginsElsewhere() {
    interruptedAfter(100_000, "ETag", TAG);
    host.on("/f", partial(CONTENT, 50_000, "ETag", TAG), file(CONTENT, TAG));
    download();
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void startsAnewWhenNobodyCouldNoticeAChange() {
    interruptedAfter(100_000);
    host.on("/f", file(OTHER, TAG));
    download();
    assertThat(target).hasBinaryContent(OTHER);
    assertThat(host.seen().getLast().header("Range")).isEmpty();
  }

  @Test
  void aChecksumMakesGoingOnSafeWithoutATag() throws IOException {
    Files.write(directory.resolve("whole"), CONTENT);
    Optional<Sha256> sum = Optional.of(Sha256.of(directory.resolve("whole"), _ -> {}));
    host.on("/f", truncated(CONTENT, 100_000), status(404));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(
            () -> download(OptionalLong.of(CONTENT.length), sum, Disk.SYSTEM, Progress.NONE));
    host.on("/f", partial(CONTENT, 100_000));
    download(OptionalLong.of(CONTENT.length), sum, Disk.SYSTEM, Progress.NONE);
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"source\":1}", "null", "{\"etag\":\"\\\"v1\\\"\"}"})
  void aBrokenStateMeansStartingAnew(String state) throws IOException {
    Files.write(target, Arrays.copyOf(OTHER, 1_000));
    Files.writeString(directory.resolve("a.gguf.state.json"), state);
    host.on("/f", file(CONTENT, TAG));
    download();
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void anUnsatisfiableRangeAtTheEndMeansTheFileIsWhole() {
    host.on("/f", truncated(CONTENT, CONTENT.length - 1, "ETag", TAG), status(404));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(
            () -> download(OptionalLong.empty(), Optional.empty(), Disk.SYSTEM, Progress.NONE));
    // The server's file turns out to end where ours does.
    host.on("/f", status(416, "Content-Range", "bytes */" + (CONTENT.length - 1)));
    download(OptionalLong.empty(), Optional.empty(), Disk.SYSTEM, Progress.NONE);
    assertThat(target).hasSize(CONTENT.length - 1);
  }

  @Test
  void anyOtherUnsatisfiableRangeMeansStartingAnew() {
    interruptedAfter(100_000, "ETag", TAG);
    host.on("/f", status(416, "Content-Range", "bytes */5"), file(CONTENT, TAG));
    download();
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void aServerThatAlwaysChangesTheFileIsGivenUp() {
    interruptedAfter(100_000, "ETag", TAG);
    host.on("/f", status(416));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(this::download)
        .withMessageContaining("keeps changing the file");
  }

  @Test
  void aBodyLongerThanAnnouncedIsRefusedAndNotKept() {
    host.on("/f", chunked(Arrays.copyOf(CONTENT, CONTENT.length + 1)));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(this::download)
        .withMessageContaining("more than the 300000 bytes");
    assertThat(target).doesNotExist();
  }

  @Test
  void aFileOfAnotherLengthThanTheHubToldIsRefused() {
    host.on("/f", whole(Arrays.copyOf(CONTENT, 1_000)));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(this::download)
        .withMessageContaining("announces 1000 bytes, expected 300000");
  }

  @Test
  void aCompressedBodyIsRefused() {
    host.on("/f", whole(CONTENT, "Content-Encoding", "gzip"));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(this::download)
        .withMessageContaining("encoded as \"gzip\"");
    assertThat(target).doesNotExist();
  }

  @Test
  void aStalledConnectionIsMadeAnew() {
    host.on("/f", host.stalled(CONTENT, 100_000, "ETag", TAG), file(CONTENT, TAG));
    download();
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void aServerThatStaysSilentIsGivenUpAndTheBeginningKept() {
    host.on("/f", host.stalled(CONTENT, 100_000, "ETag", TAG), host.silent());
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(this::download)
        .withMessageContaining("fell silent after 100000 bytes")
        .withMessageContaining("pull again to go on");
    assertThat(target).hasSize(100_000);
  }

  @Test
  void aBusyServerIsAskedAgain() {
    host.on("/f", status(503, "Retry-After", "0"), status(429), file(CONTENT, TAG));
    download();
    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(host.seen()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "401, Maque has none for it",
    "403, Maque has none for it",
    "404, check the spelling of repository",
    "410, check the spelling of repository",
    "451, answers HTTP 451",
    "500, try again later",
    "503, try again later",
    "206, keeps changing",
    "304, answers HTTP 304",
  })
  void eachRefusalIsASentence(int code, String expected) {
    host.on("/f", status(code));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(this::download)
        .withMessageContaining(expected);
    assertThat(target).doesNotExist();
  }

  @Test
  void aFullDiskIsNoticedBeforeTheFirstByte() {
    host.on("/f", file(CONTENT, TAG));
    Disk disk = new SmallDisk(Disk.MARGIN_BYTES + CONTENT.length - 1, Long.MAX_VALUE);
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> download(OptionalLong.empty(), Optional.empty(), disk, Progress.NONE))
        .withMessageContaining("needs 1 MB more")
        .withMessageContaining("MAQUE_HOME");
    assertThat(target).doesNotExist();
  }

  @Test
  void aDiskThatRunsFullKeepsWhatFitted() {
    host.on("/f", file(CONTENT, TAG));
    Disk disk = new SmallDisk(Long.MAX_VALUE, 150_000);
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(
            () -> download(OptionalLong.of(CONTENT.length), Optional.empty(), disk, Progress.NONE))
        .withMessageContaining("No space left on device")
        .withMessageContaining("is kept")
        .withMessageContaining(directory.toString());
    assertThat(host.seen()).as("a full disk is not tried again").hasSize(1);
    assertThat(target).hasSize(150_000);
    download();
    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(host.seen().getLast().header("Range")).contains("bytes=150000-");
  }

  @Test
  void anInterruptCancelsAndKeepsTheBeginning() throws InterruptedException {
    Web patient =
        new Web(
            new TransferSettings(
                Duration.ofSeconds(5), Duration.ofMinutes(5), 3, Duration.ofSeconds(1)),
            ProxySelector.of(null));
    host.on("/f", host.stalled(CONTENT, 100_000, "ETag", TAG));
    Throwable[] thrown = new Throwable[1];
    boolean[] flag = new boolean[1];
    Thread puller =
        Thread.ofPlatform()
            .start(() -> {
              try {
                new Download(
                        patient,
                        Disk.SYSTEM,
                        new Download.Request(
                            host.uri("/f"),
                            Credential.NONE,
                            "x",
                            "a.gguf",
                            OptionalLong.empty(),
                            Optional.empty()),
                        target,
                        Progress.NONE)
                    .run();
              } catch (PullException fault) {
                thrown[0] = fault;
                flag[0] = Thread.currentThread().isInterrupted();
              }
            });
    while (!Files.exists(target) || target.toFile().length() < 100_000) {
      Thread.sleep(5);
    }
    puller.interrupt();
    puller.join(Duration.ofSeconds(10));
    assertThat(thrown[0]).isInstanceOf(PullCancelledException.class);
    assertThat(flag[0]).isTrue();
    assertThat(target).hasSize(100_000);
  }

  @Test
  void anUnreachableServerIsASentenceThatNamesTheWayOut() {
    FileHost gone = new FileHost();
    gone.close();
    Download.Request request =
        new Download.Request(
            gone.uri("/f"), Credential.NONE, "x", "a.gguf", OptionalLong.empty(), Optional.empty());
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> new Download(web, Disk.SYSTEM, request, target, Progress.NONE).run())
        .withMessageContaining("no connection")
        .withMessageContaining("package:NAME");
  }
}
