package io.maque.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The templates that people ship; {@code scripts/fetch-fixtures} must have run. */
@Tag("real")
class TemplateRealTest {
  private static final Map<?, ?> GOLDEN = GoldenTemplates.read("real.json");

  static Stream<String> templates() {
    return ((Map<?, ?>) GOLDEN.get("templates")).keySet().stream().map(String.class::cast);
  }

  @Test
  void coversManyTemplates() {
    assertThat(templates()).hasSizeGreaterThan(60);
    assertThat((List<?>) GOLDEN.get("contexts")).hasSizeGreaterThan(100);
  }

  @ParameterizedTest
  @MethodSource("templates")
  void rendersLikeTheReference(String name) throws IOException, NoSuchAlgorithmException {
    String source = Files.readString(fixture(name));
    String[] expected = ((String) ((Map<?, ?>) GOLDEN.get("templates")).get(name)).split(" ");
    List<?> contexts = (List<?>) GOLDEN.get("contexts");
    assertThat(expected).hasSameSizeAs(contexts);
    for (int i = 0; i < expected.length; i++) {
      Map<?, ?> row = (Map<?, ?>) contexts.get(i);
      Map<String, Object> context = GoldenTemplates.context(row.get("context"));
      String found = GoldenTemplates.render(source, context);

      assertThat(shortHash(found))
          .as("%s, rendered as: %s", row.get("name"), found)
          .isEqualTo(expected[i]);
    }
  }

  private static String shortHash(String text) throws NoSuchAlgorithmException {
    if (text == null) {
      return "error";
    }
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] digest = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, 4);
  }

  private static Path fixture(String name) {
    Path file = Path.of(System.getProperty("maque.fixtures"), "llama.cpp-models/templates", name);
    assertThat(file).as("run scripts/fetch-fixtures first").isRegularFile();
    return file;
  }
}
