package io.maque.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every point of the language against jinja2; see the README beside the golden files. */
class TemplateLanguageTest {

  @Test
  void rendersLikeTheReference() throws IOException {
    String other = System.getProperty("maque.template.cases");
    Map<?, ?> golden =
        other == null
            ? GoldenTemplates.read("language.json")
            : GoldenTemplates.read(Files.newInputStream(Path.of(other)));
    Map<String, Object> context = GoldenTemplates.context(golden.get("context"));
    List<String> different = new ArrayList<>();
    Map<String, Integer> topics = new TreeMap<>();
    for (Object element : (List<?>) golden.get("cases")) {
      Map<?, ?> row = (Map<?, ?>) element;
      String source = (String) row.get("template");
      Object expected = row.get("text");
      String found = GoldenTemplates.render(source, context);
      topics.merge((String) row.get("topic"), 1, Integer::sum);
      if (expected == null ? found != null : !expected.equals(found)) {
        different.add("%s%n  expected %s%n  found    %s".formatted(source, expected, found));
      }
    }

    assertThat(different).isEmpty();
    assertThat(topics).hasSizeGreaterThanOrEqualTo(2);
    assertThat(topics.values()).allMatch(count -> count > 10);
  }
}
