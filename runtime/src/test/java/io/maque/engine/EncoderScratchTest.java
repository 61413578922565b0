package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EncoderScratchTest {
  private final EncoderScratch scratch = new EncoderScratch(5000);

  @AfterEach
  void close() {
    scratch.close();
  }

  @Test
  void whatOnePictureTookServesTheNext() {
    take(100, 1000);
    assertThat(scratch.keptBytes()).isEqualTo(128 + 1000);
    take(64, 64);
    assertThat(scratch.keptBytes()).isEqualTo(128 + 1000);
    take(2000);
    assertThat(scratch.keptBytes()).isEqualTo(2000);
  }

  @Test
  void partsAreZeroAlignedAndApart() {
    take(500, 500);
    for (int picture = 0; picture < 3; picture++) {
      try (Arena arena = scratch.open()) {
        // Two from the block, one beside it.
        MemorySegment[] parts = {
          arena.allocate(300, 1), arena.allocate(300, 64), arena.allocate(900, 64)
        };
        for (MemorySegment part : parts) {
          assertThat(part.address() % 64).isZero();
          assertThat(part.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
          part.fill((byte) 1);
        }
        assertThat(parts[1].asOverlappingSlice(parts[0])).isEmpty();
        assertThat(parts[2].asOverlappingSlice(parts[1])).isEmpty();
        assertThat(arena.allocate(8, 4096).address() % 4096).isZero();
      }
    }
  }

  @Test
  void memoryBesideTheBlockIsFreedBehindThePicture() {
    MemorySegment part;
    try (Arena arena = scratch.open()) {
      part = arena.allocate(100, 64);
      assertThat(arena.scope().isAlive()).isTrue();
    }
    assertThatThrownBy(() -> part.fill((byte) 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aHugePictureLeavesNothing() {
    take(5001);
    assertThat(scratch.keptBytes()).isZero();
    take(5000);
    assertThat(scratch.keptBytes()).isEqualTo(5000);
  }

  private void take(long... bytes) {
    try (Arena arena = scratch.open()) {
      for (long size : bytes) {
        arena.allocate(size, 64);
      }
    }
  }
}
