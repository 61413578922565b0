package io.maque.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.memory.FileMapping;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What machine code would read, read by Java: the kernel makes no difference. */
@EnabledIf("guarded")
class MappedFileGuardTest {
  private static final int PAGE_BYTES = 4096;
  private static final int PAGES = 10;

  @TempDir private Path folder;

  static boolean guarded() {
    return MappedFileGuard.refusal().isEmpty();
  }

  @Test
  void lostPagesReadAsZerosAndAreNoticed() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment cut = map("cut", arena);
      MemorySegment whole = map("whole", arena);
      try (MappedFileGuard ofCut = MappedFileGuard.open(List.of(whole, cut));
          MappedFileGuard ofWhole = MappedFileGuard.open(List.of(whole))) {
        truncate("cut", 3 * PAGE_BYTES);
        assertThat(ofCut.lostPages()).as("nothing was read yet").isFalse();

        assertThat(read(cut, 2)).isEqualTo((byte) 1);
        assertThat(ofCut.lostPages()).isFalse();
        assertThat(read(cut, 7)).isZero();
        assertThat(ofCut.lostPages()).isTrue();
        for (int page = 3; page < PAGES; page++) {
          assertThat(read(cut, page)).isZero();
        }
        assertThat(read(cut, 2)).as("pages that are there stay").isEqualTo((byte) 1);
        assertThat(read(whole, 7)).isEqualTo((byte) 1);
        assertThat(ofWhole.lostPages()).isFalse();
      }
    }
  }

  @Test
  void whatIsNotGuardedIsTheJvmsAffair() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = map("before", arena);
      try (MappedFileGuard guard = MappedFileGuard.open(List.of(before))) {
        MemorySegment other = map("other", arena);
        truncate("other", 0);
        assertThatThrownBy(() -> readAll(other)).isInstanceOf(InternalError.class);
        assertThat(guard.lostPages()).isFalse();
      }
      truncate("before", 0);
      assertThatThrownBy(() -> readAll(before)).isInstanceOf(InternalError.class);
    }
  }

  @Test
  void moreFilesThanThereArePlacesAreAsWithoutAGuard() throws IOException {
    List<MappedFileGuard> guards = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapping = map("many", arena);
      for (int i = 0; i <= MappedFileGuard.SLOTS; i++) {
        guards.add(MappedFileGuard.open(List.of(mapping)));
      }
      guards.forEach(MappedFileGuard::close);
      try (MappedFileGuard again = MappedFileGuard.open(List.of(mapping))) {
        truncate("many", 0);
        assertThat(read(mapping, 0)).isZero();
        assertThat(again.lostPages()).isTrue();
      }
    }
  }

  private MemorySegment map(String name, Arena arena) throws IOException {
    byte[] ones = new byte[PAGES * PAGE_BYTES - 1];
    Arrays.fill(ones, (byte) 1);
    return FileMapping.mapReadOnly(Files.write(folder.resolve(name), ones), arena);
  }

  private void truncate(String name, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(folder.resolve(name), StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  private static byte read(MemorySegment mapping, int page) {
    return mapping.get(ValueLayout.JAVA_BYTE, (long) page * PAGE_BYTES);
  }

  /** The JVM may say it a few instructions late. */
  private static long readAll(MemorySegment mapping) {
    long sum = 0;
    for (int page = 0; page < PAGES; page++) {
      sum += read(mapping, page);
    }
    return sum;
  }
}
