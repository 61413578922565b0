package io.maque.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class LazyMemoryTest {

  @Test
  void memoryIsZeroedAlignedAndOfTheSizeAskedFor() {
    try (Arena arena = Arena.ofShared()) {
      for (long bytes : new long[] {1, 63, 64, 4097, 10_000_000}) {
        MemorySegment memory = LazyMemory.allocate(arena, bytes);

        assertThat(memory.byteSize()).isEqualTo(bytes);
        assertThat(memory.address() % 64).isZero();
        assertThat(memory.mismatch(MemorySegment.ofArray(new byte[(int) bytes]))).isEqualTo(-1);
        memory.set(JAVA_BYTE, bytes - 1, (byte) 7);
        assertThat(memory.get(JAVA_BYTE, bytes - 1)).isEqualTo((byte) 7);
      }
    }
  }

  @Test
  void memoryLivesAsLongAsItsArena() {
    MemorySegment memory;
    try (Arena arena = Arena.ofShared()) {
      memory = LazyMemory.allocate(arena, 100_000);
    }

    assertThatThrownBy(() -> memory.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anArenaOfLazyMemoryIsAnArena() {
    MemorySegment memory;
    try (Arena arena = LazyMemory.newSharedArena()) {
      memory = arena.allocate(10L << 30);
      assertThat(memory.address() % 64).isZero();
      assertThat(memory.get(JAVA_BYTE, memory.byteSize() - 1)).isZero();
      assertThat(arena.allocate(1, 4096).address() % 4096).isZero();
      assertThat(memory.scope()).isEqualTo(arena.scope());
    }

    assertThatThrownBy(() -> memory.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void farMoreThanTheMachineHasCanBeReservedWhenItIsNotWritten() {
    // Ten gigabytes would take seconds, and a test JVM's machine may not have them.
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = LazyMemory.allocate(arena, 10L << 30);

      assertThat(memory.get(JAVA_BYTE, memory.byteSize() - 1)).isZero();
    }
  }
}
