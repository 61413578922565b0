package io.maque.hub.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  private static final String DOCUMENT =
      "{\"a\":[1,{\"b\":\"é\",\"c\":-1}],\"d\":9223372036854775807,\"e\":9223372036854775808,\"f\":true,\"g\":null,\"h\":1.5}";

  private static JsonValue read(String text) {
    return Json.read(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), "it");
  }

  @Test
  void readsEveryKind() {
    JsonValue document = read(DOCUMENT);
    JsonValue inner = document.at("a").elements().get(1);
    assertThat(document.at("a").isArray()).isTrue();
    assertThat(inner.text("b")).isEqualTo("é");
    assertThat(document.count("d")).isEqualTo(Long.MAX_VALUE);
    assertThat(document.findCount("e")).isEmpty();
    assertThat(document.findCount("h")).isEmpty();
    assertThat(document.has("g")).isFalse();
    assertThat(document.at("x").at("y").elements()).isEmpty();
  }

  @Test
  void aComplaintSaysWhere() {
    JsonValue inner = read(DOCUMENT).at("a").elements().get(1);
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> inner.count("c"))
        .withMessage("it: a[1]: c is -1, expected a whole number of at least 0");
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> inner.text("z"))
        .withMessage("it: a[1]: z is missing, expected a text");
  }

  @Test
  void aDocumentCutAnywhereIsRefused() {
    byte[] whole = DOCUMENT.getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(whole, length));
      assertThatExceptionOfType(MalformedJsonException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> Json.read(cut, "it"));
    }
  }

  @Test
  void aFlippedBitIsNeverAnotherKindOfException() {
    byte[] whole = DOCUMENT.getBytes(StandardCharsets.UTF_8);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Json.find(ByteBuffer.wrap(flipped))).isNotNull();
    }
  }

  @Test
  void aDocumentOfCountlessValuesIsRefused() {
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> read("[" + "0,".repeat(300_000) + "0]"))
        .withMessageContaining("more than 200000 values");
  }

  @Test
  void whatIsWrittenReadsBack() {
    String text = Json.write(Map.of("list", List.of(Map.of("text", "\"\n麻雀", "number", 1L << 40))));
    JsonValue entry = read(text).at("list").elements().getFirst();
    assertThat(entry.text("text")).isEqualTo("\"\n麻雀");
    assertThat(entry.count("number")).isEqualTo(1L << 40);
  }
}
