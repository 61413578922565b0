package io.maque.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.fixture.TinyGguf;
import io.maque.quant.BlockFormat;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
  @TempDir Path folder;

  @Test
  void showsMetadataAndTensorsInFileOrder() {
    Path path =
        new TinyGguf(1)
            .put("general.architecture", "llama")
            .put("llama.block_count", 2)
            .tensor("z", TensorType.Q8_0, 32, 3)
            .values("a", TensorType.F32, new float[] {1, 2, 3}, 3)
            .write(folder.resolve("tiny.gguf"));
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.path()).isEqualTo(path);
      assertThat(file.version()).isEqualTo(3);
      assertThat(file.alignment()).isEqualTo(32);
      assertThat(file.metadata().string("general.architecture")).isEqualTo("llama");
      assertThat(file.metadata().values())
          .containsOnlyKeys("general.architecture", "llama.block_count");
      assertThat(file.tensors()).extracting(Tensor::name).containsExactly("z", "a");
      assertThat(file.tensor("z").shape()).isEqualTo(Shape.of(32, 3));
      assertThat(file.tensor("z").data().byteSize()).isEqualTo(3 * 34);
      assertThat(BlockFormat.decodeRow(file.tensor("a"), 0)).containsExactly(1, 2, 3);
      assertThat(file.findTensor("b")).isEmpty();
    }
  }

  @Test
  void slicesTheMappedFileInsteadOfCopyingIt() {
    try (GgufFile file = tiny()) {
      Tensor tensor = file.tensor("w");
      assertThat(tensor.data().isMapped()).isTrue();
      assertThat(tensor.data().isReadOnly()).isTrue();
      assertThat(tensor.data().address() % 32).isZero();
    }
  }

  @Test
  void namesTheTensorAndTheFileWhenThereIsNone() {
    try (GgufFile file = tiny()) {
      assertThatThrownBy(() -> file.tensor("output.weight"))
          .isInstanceOf(GgufFormatException.class)
          .hasMessage("tiny.gguf: tensor output.weight is missing; the file holds 1 others");
    }
  }

  @Test
  void namesTheFileWhenAKeyIsMissingOrOfAnotherKind() {
    try (GgufFile file = tiny()) {
      assertThatThrownBy(() -> file.metadata().integer("llama.block_count"))
          .isInstanceOf(GgufFormatException.class)
          .hasMessage("tiny.gguf: key llama.block_count: expected an integer, found no such key");
      assertThatThrownBy(() -> file.metadata().integer("tokens"))
          .hasMessage("tiny.gguf: key tokens: expected an integer, found an array of strings");
    }
  }

  @Test
  void throwsWhenReadAfterClosing() {
    GgufFile file = tiny();
    Tensor tensor = file.tensor("w");
    List<String> tokens = file.metadata().findStrings("tokens").orElseThrow();
    assertThat(tokens).containsExactly("a", "b");
    file.close();
    file.close();
    assertThatThrownBy(() -> tensor.data().get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> tokens.get(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void stopsARunningReaderWithAnException() throws InterruptedException {
    GgufFile file = tiny();
    MemorySegment data = file.tensor("w").data();
    AtomicReference<RuntimeException> end = new AtomicReference<>();
    CountDownLatch reading = new CountDownLatch(1);
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (true) {
                  data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4);
                  reading.countDown();
                }
              } catch (IllegalStateException e) {
                end.set(e);
              }
            });
    reading.await();
    file.close();
    reader.join();
    assertThat(end.get()).hasMessageContaining("closed");
  }

  @Test
  void saysWhichFileIsNotThere() {
    assertThatThrownBy(() -> GgufFile.open(folder.resolve("absent.gguf")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("absent.gguf: no such file");
  }

  private GgufFile tiny() {
    return new TinyGguf(1)
        .put("tokens", List.of("a", "b"))
        .tensor("w", TensorType.F32, 8)
        .open(folder.resolve("tiny.gguf"));
  }
}
