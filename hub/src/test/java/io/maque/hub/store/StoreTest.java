package io.maque.hub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.StoreName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreTest {
  private static final StoreName NAME = new StoreName("tiny");
  private static final String SUM = "0".repeat(64);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path home;
  private Store store;

  @BeforeEach
  void open() {
    store = new Store(home.resolve("models"));
  }

  private StoredModel install(StoreName name, String file, String content) throws IOException {
    Path partial = store.openPartial(name, List.of(file));
    Files.writeString(partial.resolve(file), content);
    return store.install(
        name, "hf:a/b", List.of(new StoredFile(file, FileRole.MODEL, content.length(), SUM)), NOW);
  }

  @Test
  void anInstalledModelIsFoundAsItWas() throws IOException {
    StoredModel installed = install(NAME, "a.gguf", "weights");
    assertThat(store.find(NAME)).contains(installed);
    assertThat(store.list()).containsExactly(installed);
    assertThat(store.bytes()).isEqualTo(7);
    assertThat(store.findBySource("hf:a/b")).contains(installed);
    assertThat(installed.paths().model()).hasContent("weights");
    assertThat(installed.directory().resolve("partial")).doesNotExist();
  }

  @Test
  void anEmptyStoreHasNothing() throws InterruptedException {
    assertThat(store.list()).isEmpty();
    assertThat(store.find(NAME)).isEmpty();
    assertThat(store.remove(NAME)).isFalse();
  }

  @Test
  void withoutManifestThereIsNoModel() throws IOException {
    Path partial = store.openPartial(NAME, List.of("a.gguf"));
    Files.writeString(partial.resolve("a.gguf"), "half");
    assertThat(store.find(NAME)).isEmpty();
    assertThat(store.list()).isEmpty();
  }

  @Test
  void filesNamedByAKilledPullGoBackToThePartialOnes() throws IOException {
    Path directory = Files.createDirectories(store.root().resolve("tiny"));
    Files.writeString(directory.resolve("a.gguf"), "whole, but the pull died before the manifest");
    Path partial = store.openPartial(NAME, List.of("a.gguf"));
    assertThat(directory.resolve("a.gguf")).doesNotExist();
    assertThat(partial.resolve("a.gguf")).exists();
  }

  @Test
  void removalTakesEverythingOfTheModelAndNothingElse() throws Exception {
    StoredModel model = install(NAME, "a.gguf", "weights");
    Path outside = Files.writeString(home.resolve("outside.txt"), "mine");
    Files.createSymbolicLink(model.directory().resolve("link.gguf"), outside);
    Files.createDirectories(model.directory().resolve("partial"));
    Files.createSymbolicLink(model.directory().resolve("partial/deep"), home);
    assertThat(store.remove(NAME)).isTrue();
    assertThat(model.directory()).doesNotExist();
    assertThat(outside).hasContent("mine");
    assertThat(store.remove(NAME)).isFalse();
  }

  @Test
  void foreignFilesSurviveRemoval() throws Exception {
    StoredModel model = install(NAME, "a.gguf", "weights");
    Path note = Files.writeString(model.directory().resolve("notes.txt"), "mine");
    assertThat(store.remove(NAME)).isTrue();
    assertThat(note).hasContent("mine");
    assertThat(store.find(NAME)).isEmpty();
  }

  @Test
  void aMappedModelStaysReadableAfterRemovalAndReplacement() throws Exception {
    StoredModel model = install(NAME, "a.gguf", "weights");
    try (FileChannel channel = FileChannel.open(model.paths().model())) {
      var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 7);
      install(NAME, "a.gguf", "another");
      assertThat((char) mapped.get(0)).isEqualTo('w');
      store.remove(NAME);
      assertThat((char) mapped.get(6)).isEqualTo('s');
    }
  }

  @Test
  void aReplacedModelLeavesNoFileOfTheOldOne() throws IOException {
    install(NAME, "old.gguf", "weights");
    StoredModel model = install(NAME, "new.gguf", "weights");
    assertThat(model.directory().resolve("old.gguf")).doesNotExist();
    assertThat(store.find(NAME)).contains(model);
  }

  @Test
  void aModelWithABrokenManifestCanBeReplaced() throws IOException {
    Path directory = install(NAME, "old.gguf", "weights").directory();
    Files.writeString(directory.resolve("manifest.json"), "{");
    StoredModel model = install(NAME, "new.gguf", "weights");
    assertThat(directory.resolve("old.gguf")).doesNotExist();
    assertThat(store.find(NAME)).contains(model);
  }

  @Test
  void whatAModelOccupiesIsKnownWhateverItsState() throws IOException {
    assertThat(store.occupied(NAME)).isEmpty();
    Path partial = store.openPartial(NAME, List.of("a.gguf"));
    Files.writeString(partial.resolve("a.gguf"), "half");
    assertThat(store.occupied(NAME)).hasValue(4);
    StoredModel model = install(NAME, "a.gguf", "weights");
    long manifest = Files.size(model.directory().resolve("manifest.json"));
    assertThat(store.occupied(NAME)).hasValue(7 + manifest);
    Files.delete(model.paths().model());
    assertThat(store.occupied(NAME)).hasValue(manifest);
    StoreName foreign = new StoreName("foreign");
    Files.createDirectory(store.root().resolve("foreign"));
    Files.writeString(store.root().resolve("foreign/notes.txt"), "mine");
    assertThat(store.occupied(foreign)).isEmpty();
  }

  @Test
  void aChangedOrMissingFileIsReported() throws IOException {
    StoredModel model = install(NAME, "a.gguf", "weights");
    Files.writeString(model.paths().model(), "shorter".substring(1));
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.find(NAME))
        .withMessageContaining("6 bytes, expected 7");
    Files.delete(model.paths().model());
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.find(NAME))
        .withMessageContaining("is missing")
        .withMessageContaining("maque pull --force tiny");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"version\":2}",
        "{\"version\":1,\"source\":\"x\",\"pulledAt\":\"2026-01-02T03:04:05Z\",\"files\":[]}",
        "{\"version\":1,\"source\":\"x\",\"pulledAt\":\"soon\",\"files\":[{\"name\":\"a.gguf\",\"role\":\"model\",\"bytes\":7,\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]}",
        "{\"version\":1,\"source\":\"x\",\"pulledAt\":\"2026-01-02T03:04:05Z\",\"files\":[{\"name\":\"../../a.gguf\",\"role\":\"model\",\"bytes\":7,\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]}",
        "{\"version\":1,\"source\":\"x\",\"pulledAt\":\"2026-01-02T03:04:05Z\",\"files\":[{\"name\":\"a.gguf\",\"role\":\"model\",\"bytes\":-7,\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]}",
        "{\"version\":1,\"source\":\"x\",\"pulledAt\":\"2026-01-02T03:04:05Z\",\"files\":[{\"name\":\"a.gguf\",\"role\":\"model\",\"bytes\":7,\"sha256\":\"../x\"}]}",
      })
  void aBrokenManifestIsReportedHidesNoOtherModelAndCanBeRemoved(String manifest) throws Exception {
    StoredModel model = install(NAME, "a.gguf", "weights");
    StoredModel other = install(new StoreName("other"), "b.gguf", "weights");
    Files.writeString(model.directory().resolve("manifest.json"), manifest);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.find(NAME))
        .withMessageContaining("manifest.json")
        .withMessageContaining("maque rm tiny");
    assertThat(store.list()).containsExactly(other);
    assertThat(store.occupied(NAME)).hasValue(7 + manifest.length());
    assertThat(store.remove(NAME)).isTrue();
    assertThat(model.directory()).doesNotExist();
  }

  @Test
  void theLockKeepsThreadsApart() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Thread second;
    try (ModelLock _ = store.lock(NAME, () -> {})) {
      second =
          Thread.ofVirtual()
              .start(() -> {
                try (ModelLock _ = store.lock(NAME, () -> order.add("waits"))) {
                  order.add("second");
                } catch (IOException | InterruptedException fault) {
                  order.add(fault.toString());
                }
              });
      while (order.isEmpty()) {
        Thread.sleep(5);
      }
      order.add("first");
    }
    second.join();
    assertThat(order).containsExactly("waits", "first", "second");
  }

  @Test
  void theRootFollowsMaqueHome() {
    assertThat(Store.defaultRoot(Map.of("MAQUE_HOME", "/data/m"), Path.of("/home/u")))
        .isEqualTo(Path.of("/data/m/models"));
    assertThat(Store.defaultRoot(Map.of(), Path.of("/home/u")))
        .isEqualTo(Path.of("/home/u/.maque/models"));
  }
}
