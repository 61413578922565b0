package io.maque.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTemplateTest {

  @Test
  void writesWhatTheWholeDocumentWouldBe() {
    JsonTemplate template =
        new JsonTemplate(Map.of("a", List.of(1, Map.of("text", JsonTemplate.TEXT)), "é", "麻雀"));
    for (String text : List.of("", "plain", "\"\\\n\t\u0000", "麻雀 🐦", JsonTemplate.TEXT)) {
      byte[] whole = Json.write(Map.of("a", List.of(1, Map.of("text", text)), "é", "麻雀"));

      assertThat(Json.parse(template.write(text))).isEqualTo(Json.parse(whole));
    }
  }

  @Test
  void aDocumentWithoutTheMarkIsRefused() {
    assertThatThrownBy(() -> new JsonTemplate(Map.of("a", "b")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
