package io.maque.hub.builtin;

import static io.maque.hub.builtin.SmallBox.MODEL;
import static io.maque.hub.builtin.SmallBox.PROJECTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.maque.hub.reference.FileRole;
import io.maque.hub.store.ModelFiles;
import io.maque.hub.store.StoreException;
import io.maque.hub.store.StoredFile;
import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.SmallDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model in the box on its way to a file that can be mapped. */
class BuiltInModelTest {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir Path folder;
  private Path root;
  private Path temporary;
  private final SmallBox box = new SmallBox(1);

  @BeforeEach
  void makeFolders() throws IOException {
    root = folder.resolve("home/built-in");
    temporary = Files.createDirectory(folder.resolve("tmp"));
  }

  private BuiltInModel model(Disk disk) {
    return box.in(root, temporary, disk);
  }

  private ModelFiles unpacked() {
    return model(Disk.SYSTEM).paths();
  }

  private void assertWhole(ModelFiles files) {
    assertThat(files.name()).isEqualTo("maque-nano");
    assertThat(files.model()).hasFileName(MODEL).hasBinaryContent(box.content(MODEL));
    assertThat(files.projector().orElseThrow())
        .hasFileName(PROJECTOR)
        .hasBinaryContent(box.content(PROJECTOR));
  }

  private static List<Path> filesBelow(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void describesItselfWithoutTouchingTheDisk() {
    BuiltInModel model = model(new SmallDisk(0, 0));

    assertThat(model.bytes()).isEqualTo(400_001);
    assertThat(model.files())
        .extracting(StoredFile::name, StoredFile::role)
        .containsExactly(tuple(MODEL, FileRole.MODEL), tuple(PROJECTOR, FileRole.PROJECTOR));
    assertThat(root).doesNotExist();
  }

  @Test
  void isWrittenOnceAndThenUsedAsItIs() throws IOException {
    ModelFiles first = unpacked();
    assertWhole(first);
    assertThat(first.model()).startsWith(root);
    Files.setLastModifiedTime(first.model(), LONG_AGO);

    ModelFiles again = model(new SmallDisk(0, 0)).paths();

    assertThat(again).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(first.model())).isEqualTo(LONG_AGO);
    assertThat(filesBelow(folder)).hasSize(2);
  }

  @Test
  void anyDamageIsFoundAndRepairedAndTheOtherFileStays() throws IOException {
    ModelFiles files = unpacked();
    Path projector = files.projector().orElseThrow();
    Files.setLastModifiedTime(projector, LONG_AGO);
    byte[] sound = box.content(MODEL);
    List<byte[]> damages = new ArrayList<>();
    for (int at : new int[] {0, 1, 4095, 4096, 150_000, sound.length - 1}) {
      byte[] flipped = sound.clone();
      flipped[at] ^= 0x10;
      damages.add(flipped);
    }
    damages.add(new byte[0]);
    damages.add(new byte[sound.length]);
    damages.add(Arrays.copyOf(sound, sound.length - 1));
    damages.add(Arrays.copyOf(sound, sound.length + 1));

    for (byte[] damage : damages) {
      Files.write(files.model(), damage);
      assertWhole(unpacked());
    }
    Files.delete(files.model());
    assertWhole(unpacked());
    assertThat(Files.getLastModifiedTime(projector)).isEqualTo(LONG_AGO);
    assertThat(filesBelow(folder)).hasSize(2);
  }

  @Test
  void aCopyThatVanishesWhileTheProcessRunsIsWrittenAnew() throws IOException {
    BuiltInModel model = model(Disk.SYSTEM);
    Files.delete(model.paths().model());
    assertWhole(model.paths());
    Files.write(model.paths().projector().orElseThrow(), new byte[9]);
    assertWhole(model.paths());
  }

  @Test
  void whoHasTheDamagedCopyOpenKeepsIt() throws IOException {
    Path file = unpacked().model();
    byte[] damaged = new byte[box.content(MODEL).length];
    Files.write(file, damaged);
    try (InputStream opened = Files.newInputStream(file)) {
      assertWhole(unpacked());
      assertThat(opened.readAllBytes()).as("replaced, not overwritten").isEqualTo(damaged);
    }
  }

  @Test
  void threadsThatUnpackAtTheSameTimeAllGetWholeFiles() throws Exception {
    int threads = 8;
    for (int round = 0; round < 10; round++) {
      Path fresh = folder.resolve("round-" + round);
      CountDownLatch ready = new CountDownLatch(threads);
      List<Future<ModelFiles>> found = new ArrayList<>();
      try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
        for (int i = 0; i < threads; i++) {
          BuiltInModel model = box.in(fresh, temporary, Disk.SYSTEM);
          found.add(
              pool.submit(() -> {
                ready.countDown();
                ready.await();
                return model.paths();
              }));
        }
      }
      for (Future<ModelFiles> each : found) {
        assertWhole(each.get());
        assertThat(each.get().model()).startsWith(fresh);
      }
      assertThat(filesBelow(fresh)).hasSize(2);
    }
  }

  @Test
  void processesThatUnpackAtTheSameTimeAllGetWholeFiles() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(UnpackingProcess.start(root, temporary, folder.resolve("log-" + i)));
    }
    for (int i = 0; i < processes.size(); i++) {
      int code = processes.get(i).waitFor();
      assertThat(code).as(Files.readString(folder.resolve("log-" + i))).isZero();
    }
    assertThat(filesBelow(root)).hasSize(2);
    assertWhole(model(new SmallDisk(0, 0)).paths());
  }

  @Test
  void whereTheHomeCannotBeWrittenATemporaryFolderServesUntilTheProcessEnds() throws Exception {
    Files.createDirectories(root.getParent());
    Files.writeString(root, "a file where the folder should be");

    ModelFiles files = unpacked();
    assertWhole(files);
    assertThat(files.model()).startsWith(temporary);
    assertThat(Files.getPosixFilePermissions(files.model().getParent()))
        .as("closed to others")
        .hasSize(3);

    Path ofProcess = Files.createDirectory(folder.resolve("tmp2"));
    Process process = UnpackingProcess.start(root, ofProcess, folder.resolve("log"));
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("log"))).isZero();
    assertThat(ofProcess).isEmptyDirectory();
  }

  @Test
  void aFullHomeGivesWayToTheTemporaryFolderAndKeepsNoHalfFile() throws IOException {
    SmallDisk full = new SmallDisk(0, 200_000);
    Disk onlyHomeIsFull =
        new Disk() {
          @Override
          public long usableBytes(Path directory) throws IOException {
            return Disk.SYSTEM.usableBytes(directory);
          }

          @Override
          public Sink open(Path file, long offset) throws IOException {
            return file.startsWith(root) ? full.open(file, offset) : SYSTEM.open(file, offset);
          }
        };

    ModelFiles files = model(onlyHomeIsFull).paths();

    assertWhole(files);
    assertThat(files.model()).startsWith(temporary);
    assertThat(filesBelow(root)).isEmpty();
  }

  @Test
  void whereNothingCanBeWrittenTheErrorNamesBothFoldersAndTheRemedy() throws IOException {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> model(new SmallDisk(0, 200_000)).paths())
        .withMessageContaining("maque-nano is built in")
        .withMessageContaining(root + " (No space left on device)")
        .withMessageContaining(temporary + " (No space left on device)")
        .withMessageContaining("set MAQUE_HOME")
        .withMessageContaining("1 MB free");
    assertThat(filesBelow(folder)).isEmpty();
  }

  @Test
  void aJarWithOtherBytesThanItsListIsNeverUsed() throws IOException {
    SmallBox broken = new SmallBox(2).damage(PROJECTOR);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> broken.in(root, temporary, Disk.SYSTEM).paths())
        .withMessageContaining("the program or the disk is damaged");
    assertThat(filesBelow(folder)).noneMatch(file -> file.endsWith(PROJECTOR));
  }

  @Test
  void versionsLieSideBySideAndOnlyTheNewestFewStay() throws IOException {
    List<Path> copies = new ArrayList<>();
    for (int version = 1; version <= 6; version++) {
      ModelFiles files = new SmallBox(version).in(root, temporary, Disk.SYSTEM).paths();
      copies.add(files.model());
      Instant written = LONG_AGO.toInstant().plusSeconds(version);
      Files.setLastModifiedTime(files.model().getParent(), FileTime.from(written));
    }
    Files.createDirectory(root.resolve("of-somebody-else"));
    new SmallBox(7).in(root, temporary, Disk.SYSTEM).paths();

    assertThat(copies.subList(0, 3)).allMatch(Files::notExists);
    assertThat(copies.subList(3, 6)).allMatch(Files::exists);
    assertThat(root.resolve("of-somebody-else")).isDirectory();
  }

  @Test
  void aListThatCannotBeReadIsADefectOfTheBuild() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> new PackedModel("maque-nano.gguf\n", _ -> null))
        .withMessageContaining("expected SHA-256, CRC-32, bytes and name");
  }
}
