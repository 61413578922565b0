package io.maque.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileMappingTest {
  @TempDir Path folder;

  @Test
  void showsTheBytesOfTheFile() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[] {1, 2, 3});
    try (Arena arena = Arena.ofShared()) {
      MemorySegment segment = FileMapping.mapReadOnly(file, arena);
      assertThat(segment.toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
      assertThat(segment.isReadOnly()).isTrue();
    }
  }

  @Test
  void showsAnEmptyFileAsAnEmptySegment() throws IOException {
    Path file = Files.createFile(folder.resolve("f"));
    try (Arena arena = Arena.ofShared()) {
      assertThat(FileMapping.mapReadOnly(file, arena).byteSize()).isZero();
    }
  }

  @Test
  void namesAMissingFileAndAFolder() {
    assertThatThrownBy(() -> FileMapping.mapReadOnly(folder.resolve("absent"), Arena.global()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("absent: no such file");
    assertThatThrownBy(() -> FileMapping.mapReadOnly(folder, Arena.global()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void throwsWhenReadAfterItsArenaIsClosed() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[8192]);
    Arena arena = Arena.ofShared();
    MemorySegment segment = FileMapping.mapReadOnly(file, arena);
    arena.close();
    assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  /** What the class comment promises about a file cut short by another process. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void turnsTheFaultOfATruncatedFileIntoAnError() throws IOException {
    int page = 1 << 16; // the largest base page of the machines Java runs on
    Path file = Files.write(folder.resolve("f"), new byte[3 * page]);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment segment = FileMapping.mapReadOnly(file, arena);
      try (RandomAccessFile truncated = new RandomAccessFile(file.toFile(), "rw")) {
        truncated.setLength(10);
      }
      assertThat(segment.get(ValueLayout.JAVA_BYTE, 11)).isZero();
      assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 2L * page))
          .isInstanceOf(InternalError.class);
      assertThatThrownBy(() -> segment.asSlice(page, page).toArray(ValueLayout.JAVA_BYTE))
          .isInstanceOf(InternalError.class);
    }
  }

  @Test
  void keepsTheOldContentWhenAnotherFileIsRenamedOverIt() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[] {1});
    Path newer = Files.write(folder.resolve("newer"), new byte[] {2});
    try (Arena arena = Arena.ofShared()) {
      MemorySegment segment = FileMapping.mapReadOnly(file, arena);
      Files.move(newer, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      assertThat(segment.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
    }
  }
}
