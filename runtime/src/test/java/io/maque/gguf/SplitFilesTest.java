package io.maque.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.fixture.TinyGguf;
import io.maque.quant.BlockFormat;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitFilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void opensAllPartsWhicheverIsNamed(int part) {
    writeThreeParts();
    try (GgufFile file = GgufFile.open(path(part))) {
      assertThat(file.path()).isEqualTo(path(part));
      assertThat(file.metadata().string("general.name")).isEqualTo("split");
      assertThat(file.tensors()).extracting(Tensor::name).containsExactly("w1", "w2", "w3");
      assertThat(BlockFormat.decodeRow(file.tensor("w3"), 0)).containsOnly(3);
    }
  }

  @Test
  void namesTheMissingPart() throws IOException {
    writeThreeParts();
    Files.delete(path(2));
    assertRefused("m-00001-of-00003.gguf", "part m-00002-of-00003.gguf of 3 is missing");
  }

  @Test
  void refusesARepeatedPart() throws IOException {
    writeThreeParts();
    Files.copy(path(3), path(2), StandardCopyOption.REPLACE_EXISTING);
    assertRefused("m-00002-of-00003.gguf", "split.no", "expected 1, found 2");
  }

  @Test
  void refusesPartsOfAnotherModel() {
    writeThreeParts();
    part(1, 4, 3, "w2").write(path(2));
    assertRefused("m-00002-of-00003.gguf", "split.count", "expected 3, found 4");
    part(1, 3, 7, "w2").write(path(2));
    assertRefused("m-00002-of-00003.gguf", "split.tensors.count", "expected 3, found 7");
    new TinyGguf(1).constant("w2", 2, 4).write(path(2));
    assertRefused("m-00002-of-00003.gguf", "split.no", "no such key");
  }

  @Test
  void refusesATensorThatIsInTwoParts() {
    writeThreeParts();
    part(2, 3, 3, "w1").write(path(3));
    assertRefused("m-00003-of-00003.gguf", "tensor w1 is also in an earlier part");
  }

  @ParameterizedTest
  @ValueSource(strings = {"renamed.gguf", "m-00001-of-00002.gguf", "m-1-of-3.gguf"})
  void asksForTheNameThatTellsWhereTheOtherPartsAre(String name) throws IOException {
    writeThreeParts();
    Files.move(path(1), folder.resolve(name));
    assertThatThrownBy(() -> GgufFile.open(folder.resolve(name)))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("one of 3 parts")
        .hasMessageContaining("-00001-of-00003.gguf");
  }

  @Test
  void opensASinglePartModelUnderAnyName() {
    Path file = part(0, 1, 1, "w1").write(folder.resolve("single.gguf"));
    try (GgufFile opened = GgufFile.open(file)) {
      assertThat(opened.tensors()).hasSize(1);
    }
  }

  private void assertRefused(String... fragments) {
    assertThatThrownBy(() -> GgufFile.open(path(1)))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContainingAll(fragments);
  }

  private void writeThreeParts() {
    part(0, 3, 3, "w1").put("general.name", "split").write(path(1));
    part(1, 3, 3, "w2").write(path(2));
    part(2, 3, 3, "w3").write(path(3));
  }

  /** Kinds as the reference's splitting tool writes them. */
  private static TinyGguf part(long no, long count, long tensors, String tensor) {
    return new TinyGguf(1)
        .put("split.no", GgufValueType.UINT16, no)
        .put("split.count", GgufValueType.UINT16, count)
        .put("split.tensors.count", GgufValueType.INT32, tensors)
        .values(tensor, TensorType.F32, new float[] {no + 1, no + 1}, 2);
  }

  private Path path(int part) {
    return folder.resolve("m-%05d-of-00003.gguf".formatted(part));
  }
}
