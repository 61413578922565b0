package io.maque.hub;

import static io.maque.hub.HubFixture.GGUF;
import static io.maque.hub.HubFixture.PROJECTOR;
import static io.maque.hub.HubFixture.SUM;
import static io.maque.hub.HubFixture.TOKEN;
import static io.maque.hub.HubFixture.sha256;
import static io.maque.hub.transfer.FileHost.file;
import static io.maque.hub.transfer.FileHost.status;
import static io.maque.hub.transfer.FileHost.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.maque.hub.pull.PullOptions;
import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.HubException;
import io.maque.hub.reference.StoreName;
import io.maque.hub.store.ModelFiles;
import io.maque.hub.store.StoredModel;
import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.FileHost;
import io.maque.hub.transfer.Progress;
import io.maque.hub.transfer.PullException;
import io.maque.hub.transfer.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubTest {
  private static final String FILE = "/o/r/resolve/main/a-q4_k_m.gguf";

  @TempDir Path home;
  private HubFixture fixture;
  private Path root;

  @BeforeEach
  void start() {
    root = home.resolve("models");
    fixture = new HubFixture(root);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private StoredModel pull(String text) {
    return fixture.open().pull(text, PullOptions.DEFAULT, Progress.NONE);
  }

  private void assertNothingInstalled() throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(root)) {
      assertThat(
              tree.filter(Files::isRegularFile)
                  .filter(path -> !path.getParent().endsWith("partial"))
                  .filter(path -> !path.getParent().endsWith(".locks")))
          .isEmpty();
    }
  }

  @Test
  void huggingFaceByFile() {
    fixture.onHuggingFace(FILE, GGUF);
    Set<Progress.Phase> phases = new LinkedHashSet<>();
    StoredModel model =
        fixture
            .open()
            .pull(
                "hf:o/r/a-q4_k_m.gguf",
                PullOptions.DEFAULT,
                (phase, name, done, total) -> phases.add(phase));
    assertThat(model.source()).isEqualTo("hf:o/r/a-q4_k_m.gguf");
    assertThat(model.pulledAt()).isEqualTo(HubFixture.NOW);
    assertThat(model.files())
        .singleElement()
        .satisfies(stored -> {
          assertThat(stored.sha256()).isEqualTo(SUM);
          assertThat(stored.bytes()).isEqualTo(GGUF.length);
        });
    assertThat(fixture.open().resolve("a-q4_k_m").model()).hasBinaryContent(GGUF);
    assertThat(fixture.open().resolve("hf:o/r/a-q4_k_m.gguf").name()).isEqualTo("a-q4_k_m");
    assertThat(phases)
        .containsExactly(
            Progress.Phase.RESOLVING,
            Progress.Phase.DOWNLOADING,
            Progress.Phase.VERIFYING,
            Progress.Phase.INSTALLED);
    assertThat(fixture.hub.seen())
        .allSatisfy(seen -> assertThat(seen.header("Authorization")).contains("Bearer " + TOKEN));
    assertThat(fixture.storage.seen())
        .isNotEmpty()
        .allSatisfy(seen -> assertThat(seen.headers().toString()).doesNotContain(TOKEN));
  }

  @Test
  void huggingFaceByRepositoryChoosesModelAndProjector() {
    fixture.hub.on(
        "/api/models/o/r-GGUF/tree/main?recursive=true",
        text(
            """
            [{"type":"file","path":"README.md"},
             {"type":"file","path":"a-Q8_0.gguf"},
             {"type":"file","path":"a-Q4_K_M.gguf"},
             {"type":"file","path":"mmproj-a-F16.gguf"},
             {"type":"file","path":"../../evil.gguf"}]\
            """));
    fixture.onHuggingFace("/o/r-GGUF/resolve/main/a-Q4_K_M.gguf", GGUF);
    fixture.onHuggingFace("/o/r-GGUF/resolve/main/mmproj-a-F16.gguf", PROJECTOR);
    ModelFiles files = pull("hf:o/r-GGUF").paths();
    assertThat(files.name()).isEqualTo("r");
    assertThat(files.model()).hasBinaryContent(GGUF);
    assertThat(files.projector())
        .hasValueSatisfying(p -> assertThat(p).hasBinaryContent(PROJECTOR));
  }

  @Test
  void modelScope() {
    fixture.hub.on(
        "/api/v1/models/o/r/repo/files?Revision=master&Recursive=true",
        text(
            """
            {"Code":200,"Data":{"Files":[
              {"Type":"blob","Path":"sub/a.gguf","Size":%d,"Sha256":"%s"}]}}\
            """
                .formatted(GGUF.length, SUM)));
    fixture.hub.on(
        "/api/v1/models/o/r/repo?Revision=master&FilePath=sub%2Fa.gguf",
        FileHost.redirect(302, fixture.storage.uri("/oss/x").toString()));
    fixture.storage.on("/oss/x", file(GGUF, "\"t\""));
    assertThat(pull("modelscope:o/r/sub/a.gguf").files().getFirst().sha256()).isEqualTo(SUM);
    assertThat(fixture.hub.seen().getFirst().header("Cookie")).contains("m_session_id=" + TOKEN);
    assertThat(fixture.storage.seen())
        .allSatisfy(seen -> assertThat(seen.headers().toString()).doesNotContain(TOKEN));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> pull("modelscope:o/r/other.gguf"))
        .withMessageContaining("no such file");
  }

  private void onOllama(String modelDigest) {
    fixture.hub.on(
        "/v2/library/tiny/manifests/latest",
        text(
            """
            {"schemaVersion":2,"layers":[
              {"mediaType":"application/vnd.ollama.image.license","digest":"sha256:x","size":1},
              {"mediaType":"application/vnd.ollama.image.projector","digest":"sha256:%s","size":%d},
              {"mediaType":"application/vnd.ollama.image.model","digest":"%s","size":%d}]}\
            """
                .formatted(sha256(PROJECTOR), PROJECTOR.length, modelDigest, GGUF.length)));
  }

  @Test
  void ollama() {
    onOllama("sha256:" + SUM);
    fixture.hub.on("/v2/library/tiny/blobs/sha256:" + SUM, file(GGUF, "\"a\""));
    fixture.hub.on(
        "/v2/library/tiny/blobs/sha256:" + sha256(PROJECTOR),
        FileHost.redirect(307, fixture.storage.uri("/p").toString()));
    fixture.storage.on("/p", file(PROJECTOR, "\"b\""));
    StoredModel model = pull("ollama:tiny");
    assertThat(model.files())
        .extracting(stored -> stored.name() + " " + stored.role())
        .containsExactly("tiny.gguf " + FileRole.MODEL, "mmproj-tiny.gguf " + FileRole.PROJECTOR);
    assertThat(fixture.hub.seen())
        .allSatisfy(seen -> assertThat(seen.headers().toString()).doesNotContain(TOKEN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256:",
        "sha256:../../../../etc/passwd",
        "sha256:000000000000000000000000000000000000000000000000000000000000000",
        "sha256:00000000000000000000000000000000000000000000000000000000000000000",
        "sha256:ABCDEF0000000000000000000000000000000000000000000000000000000000",
        "sha512:0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
      })
  void anOllamaDigestThatIsNoneIsRefusedBeforeItIsUsed(String digest) throws IOException {
    onOllama(digest);
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> pull("ollama:tiny"))
        .withMessageContaining("digest");
    assertThat(fixture.hub.seen()).hasSize(1);
    assertNothingInstalled();
  }

  @Test
  void webAddress() {
    fixture.hub.on("/files/b.gguf?download=true", file(GGUF, "\"t\""));
    StoredModel model = pull(fixture.hub.uri("/files/b.gguf?download=true").toString());
    assertThat(model.name().value()).isEqualTo("b");
    assertThat(fixture.hub.seen())
        .allSatisfy(seen -> assertThat(seen.headers().toString()).doesNotContain(TOKEN));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> pull("http://example.org/other.gguf"))
        .withMessageContaining("not encrypted");
  }

  @Test
  void webAddressWhoseServerKnowsNoHead() {
    fixture.hub.on("/c.gguf", status(405), file(GGUF, "\"t\""));
    assertThat(pull(fixture.hub.uri("/c.gguf").toString()).bytes()).isEqualTo(GGUF.length);
  }

  @Test
  void aLocalFileIsLinkedAndOutlivesItsOriginal() throws IOException {
    Path original = Files.write(home.resolve("My Model.gguf"), GGUF);
    Path link = Files.createSymbolicLink(home.resolve("link.gguf"), original);
    StoredModel model = pull(link.toString());
    assertThat(Files.getAttribute(model.paths().model(), "unix:ino"))
        .isEqualTo(Files.getAttribute(original, "unix:ino"));
    Files.delete(link);
    Files.delete(original);
    assertThat(fixture.open().resolve("link").model()).hasBinaryContent(GGUF);
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> pull(home.resolve("none.gguf").toString()))
        .withMessageContaining("no such file");
  }

  @Test
  void aWrongChecksumIsNoticedBeforeTheFinalName() throws IOException {
    fixture.onHuggingFace(FILE, "0".repeat(64), GGUF.length, file(GGUF, "\"t\""));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> pull("hf:o/r/a-q4_k_m.gguf"))
        .withMessageContaining("SHA-256 " + SUM)
        .withMessageContaining("expected " + "0".repeat(64));
    assertNothingInstalled();
    assertThat(root.resolve("a-q4_k_m/partial/a-q4_k_m.gguf")).doesNotExist();
    assertThatExceptionOfType(PullException.class).isThrownBy(() -> pull("package:x"));
    assertThat(root.resolve("x")).doesNotExist();
    fixture.onHuggingFace(FILE, GGUF);
    assertThat(pull("hf:o/r/a-q4_k_m.gguf").paths().model()).hasBinaryContent(GGUF);
  }

  @Test
  void whatIsNoModelIsNotInstalled() throws IOException {
    byte[] page = "<!doctype html><title>login</title>".getBytes();
    fixture.hub.on("/x.gguf", file(page, "\"t\""));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> pull(fixture.hub.uri("/x.gguf").toString()))
        .withMessageContaining("not a usable model");
    byte[] cut = Arrays.copyOf(GGUF, GGUF.length - 1_000);
    fixture.hub.on("/y.gguf", file(cut, "\"t\""));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> pull(fixture.hub.uri("/y.gguf").toString()))
        .withMessageContaining("not a usable model");
    assertNothingInstalled();
  }

  @Test
  void nothingOfTwoFilesIsInstalledUntilBothAreVerified() throws IOException {
    onOllama("sha256:" + SUM);
    fixture.hub.on("/v2/library/tiny/blobs/sha256:" + SUM, file(GGUF, "\"a\""));
    assertThatExceptionOfType(PullException.class).isThrownBy(() -> pull("ollama:tiny"));
    assertNothingInstalled();
    fixture.hub.on("/v2/library/tiny/blobs/sha256:" + sha256(PROJECTOR), file(PROJECTOR, "\"b\""));
    pull("ollama:tiny");
    assertThat(fixture.hub.gets())
        .filteredOn(seen -> seen.target().endsWith(SUM))
        .as("the first file is not fetched twice")
        .hasSize(1);
  }

  @Test
  void aStoredModelIsNotPulledAgainUnlessForced() {
    fixture.onHuggingFace(FILE, GGUF);
    pull("hf:o/r/a-q4_k_m.gguf");
    int requests = fixture.hub.seen().size();
    pull("hf:o/r/a-q4_k_m.gguf");
    assertThat(fixture.hub.seen()).hasSize(requests);
    byte[] newer = HubFixture.gguf(9, 30_000);
    fixture.onHuggingFace(FILE, newer);
    StoredModel model =
        fixture.open().pull("hf:o/r/a-q4_k_m.gguf", PullOptions.DEFAULT.forced(), Progress.NONE);
    assertThat(model.paths().model()).hasBinaryContent(newer);
  }

  @Test
  void anotherModelOfTheSameNameIsNotReplacedSilently() {
    fixture.onHuggingFace(FILE, GGUF);
    fixture.onHuggingFace("/other/r/resolve/main/a-q4_k_m.gguf", PROJECTOR);
    pull("hf:o/r/a-q4_k_m.gguf");
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> pull("hf:other/r/a-q4_k_m.gguf"))
        .withMessageContaining("already has a model a-q4_k_m, from hf:o/r/a-q4_k_m.gguf")
        .withMessageContaining("--name");
    fixture
        .open()
        .pull(
            "hf:other/r/a-q4_k_m.gguf",
            PullOptions.DEFAULT.withName(new StoreName("b")),
            Progress.NONE);
    assertThat(fixture.open().list())
        .extracting(model -> model.name().value())
        .containsExactly("a-q4_k_m", "b");
    assertThat(fixture.open().remove("B")).isTrue();
    assertThat(fixture.open().list()).hasSize(1);
  }

  @Test
  void aFullDiskIsNoticedBeforeAnythingIsFetched() throws IOException {
    fixture.onHuggingFace(FILE, GGUF);
    fixture.disk(new SmallDisk(Disk.MARGIN_BYTES + 1_000, 0));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> pull("hf:o/r/a-q4_k_m.gguf"))
        .withMessageContaining("MB free");
    assertThat(fixture.storage.seen()).isEmpty();
    assertNothingInstalled();
  }

  @Test
  void twoThreadsPullOneModelOnce() throws Exception {
    fixture.onHuggingFace(FILE, GGUF);
    Hub hub = fixture.open();
    Callable<StoredModel> pull =
        () -> hub.pull("hf:o/r/a-q4_k_m.gguf", PullOptions.DEFAULT, Progress.NONE);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<StoredModel> models = new ArrayList<>();
      for (Future<StoredModel> result : threads.invokeAll(List.of(pull, pull, pull, pull))) {
        models.add(result.get());
      }
      assertThat(Set.copyOf(models)).hasSize(1);
    }
    assertThat(fixture.storage.gets()).hasSize(1);
  }

  @Test
  void aBusyHubIsAskedAgain() {
    fixture.hub.on(
        "/api/models/o/r/tree/main?recursive=true",
        status(503),
        text("[{\"type\":\"file\",\"path\":\"a-q4_k_m.gguf\"}]"));
    fixture.onHuggingFace(FILE, GGUF);
    assertThat(pull("hf:o/r").bytes()).isEqualTo(GGUF.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "/etc", ".locks", "a/../../x", ""})
  void removalByANameThatIsNoneIsRefused(String name) {
    assertThatExceptionOfType(HubException.class).isThrownBy(() -> fixture.open().remove(name));
  }

  @Test
  void aGatedModelAsksForAToken() {
    fixture.hub.on(FILE, status(401));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> pull("hf:o/r/a-q4_k_m.gguf"))
        .withMessageContaining("hf:o/r/a-q4_k_m.gguf")
        .withMessageContaining("refuses the token")
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain(TOKEN));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> pull("hf:o/r/missing.gguf"))
        .withMessageContaining("not found");
  }
}
