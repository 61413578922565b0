package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.maque.cli.console.CommandFailedException;
import io.maque.cli.console.Console;
import io.maque.cli.console.Json;
import io.maque.cli.console.PlainText;
import io.maque.cli.console.TextFile;
import io.maque.template.RenderOptions;
import io.maque.template.Template;
import io.maque.template.TemplateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Shows what a chat template makes of a context, or of each context of an array. */
final class PromptRendering {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Console console;
  private final RenderOptions options;

  PromptRendering(Console console, RenderOptions options) {
    this.console = console;
    this.options = options;
  }

  /**
   * Prints what {@code template} makes of the JSON file {@code input}.
   *
   * @throws TemplateException when the template refuses a context that stands alone
   */
  void print(String template, Path input, boolean json) {
    Template parsed = Template.parse(template);
    Object contexts = read(input);
    if (contexts instanceof List<?> list) {
      if (!json) {
        throw new CommandFailedException(
            "%s: an array of contexts is answered with an array; say --json".formatted(input));
      }
      Json.print(
          console.out(),
          generator -> {
            generator.writeStartArray();
            for (Object context : list) {
              write(generator, parsed, mapping(context, input));
            }
            generator.writeEndArray();
          });
      return;
    }
    String prompt = parsed.render(mapping(contexts, input), options);
    if (json) {
      Json.printObject(console.out(), generator -> generator.writeStringField("prompt", prompt));
    } else if (console.outIsTerminal()) {
      console.out().println(PlainText.of(prompt));
    } else {
      console.out().print(prompt);
    }
  }

  private void write(JsonGenerator generator, Template template, Map<String, ?> context)
      throws IOException {
    generator.writeStartObject();
    try {
      generator.writeStringField("prompt", template.render(context, options));
    } catch (TemplateException e) {
      generator.writeStringField("error", e.getMessage());
    }
    generator.writeEndObject();
  }

  private Object read(Path input) {
    try {
      return JSON.readValue(TextFile.read(input, console), Object.class);
    } catch (JsonProcessingException e) {
      throw new CommandFailedException(
          "%s: expected JSON, found a fault in line %d: %s"
              .formatted(
                  input,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          e);
    }
  }

  private static Map<String, ?> mapping(Object context, Path input) {
    if (!(context instanceof Map<?, ?> map)) {
      throw new CommandFailedException(
          "%s: expected an object with the variables of the template, found %s"
              .formatted(input, context == null ? "null" : context.getClass().getSimpleName()));
    }
    // Keys of a JSON object are strings.
    @SuppressWarnings("unchecked")
    Map<String, ?> variables = (Map<String, ?>) map;
    return variables;
  }
}
