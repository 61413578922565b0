package io.maque.lab.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.hub.json.Json;
import io.maque.hub.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What must hold of the data, whoever extends it. */
class TextsTest {
  private static JsonValue data;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = Texts.class.getResourceAsStream("language.json")) {
      data = Json.read(ByteBuffer.wrap(in.readAllBytes()), "language.json");
    }
  }

  @Test
  void wordsOfTestsAreNotInTheTraining() {
    assertThat(texts("heldOutWords")).isNotEmpty().doesNotContainAnyElementsOf(texts("words"));
    assertThat(texts("heldOutPhrases")).isNotEmpty().doesNotContainAnyElementsOf(texts("phrases"));
  }

  @Test
  void wordsFitTheLongestThatIsPromised() {
    assertThat(texts("heldOutWords")).allMatch(word -> word.matches("[a-z]{2,8}"));
  }

  @Test
  void phrasesOfTestsAreOfCharactersThatTrainingShows() {
    String known =
        String.join("", texts("phrases"))
            + data.at("items").at("zh").elements().stream()
                .flatMap(value -> value.asText().stream())
                .collect(Collectors.joining());

    assertThat(String.join("", texts("heldOutPhrases")).chars())
        .allMatch(character -> known.indexOf(character) >= 0);
  }

  private static List<String> texts(String field) {
    return data.at(field).elements().stream().flatMap(value -> value.asText().stream()).toList();
  }
}
