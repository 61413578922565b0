package io.maque.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.lab.cases.Language;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseFolderTest {
  private static final TaskKind KIND =
      new TaskKind("word", new TaskGroup("print", OptionalDouble.empty()), false);

  @TempDir private Path temporary;

  @Test
  void everyTaskIsALineAndEveryPictureAFile() throws IOException {
    Path folder = temporary.resolve("new/cases");
    byte[] picture = {1, 2, 3};
    try (CaseFolder cases = CaseFolder.create(folder)) {
      cases.add(outcome(7, Optional.of(picture), "读出\n\"文字\"。"));
      cases.add(outcome(8, Optional.empty(), "?"));
    }

    List<String> lines = Files.readAllLines(folder.resolve(CaseFolder.LIST));
    assertThat(lines).hasSize(2);
    JsonNode first = new ObjectMapper().readTree(lines.getFirst());
    assertThat(first.get("question").asText()).isEqualTo("读出\n\"文字\"。");
    assertThat(first.get("kind").asText()).isEqualTo("word");
    assertThat(first.get("language").asText()).isEqualTo("zh");
    assertThat(first.get("expected").asText()).isEqualTo("安心");
    assertThat(first.get("given").asText()).isEqualTo("安心。");
    assertThat(first.get("exact").asBoolean()).isFalse();
    assertThat(first.get("lenient").asBoolean()).isTrue();
    assertThat(Files.readAllBytes(folder.resolve(first.get("image").asText()))).isEqualTo(picture);
    assertThat(new ObjectMapper().readTree(lines.getLast()).get("image").isNull()).isTrue();
  }

  @Test
  void aListThatIsThereIsNotOverwritten() {
    CaseFolder.create(temporary).close();

    assertThatThrownBy(() -> CaseFolder.create(temporary))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(CaseFolder.LIST)
        .hasMessageContaining("expected a new folder");
  }

  private static Outcome outcome(int index, Optional<byte[]> picture, String question) {
    Task task = new Task(KIND, Language.ZH, picture, question, "安心", List.of());
    return new Outcome(index, task, "安心。", new Verdict(false, true));
  }
}
