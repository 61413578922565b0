package io.maque.cli.command;

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
   * @throws TemplateException when the template is not one, or refuses a context, and the context
   *     stands alone
   */
  void print(String template, Path input, boolean json) {
    Object contexts = read(input);
    if (contexts instanceof List<?> list) {
      if (!json) {
        throw new CommandFailedException(
            "%s: an array of contexts is answered with an array; say --json".formatted(input));
      }
      printArray(template, list, input);
      return;
    }
    String prompt = render(Template.parse(template), contexts, input);
    if (json) {
      Json.printObject(console.out(), generator -> generator.writeStringField("prompt", prompt));
    } else if (console.outIsTerminal()) {
      console.out().println(PlainText.of(prompt));
    } else {
      console.out().print(prompt);
    }
  }

  /** One {@code prompt} or {@code error} for each context, whatever is wrong with it. */
  private void printArray(String template, List<?> contexts, Path input) {
    Json.print(
        console.out(),
        generator -> {
          generator.writeStartArray();
          for (Object context : contexts) {
            generator.writeStartObject();
            try {
              String prompt = render(Template.parse(template), context, input);
              generator.writeStringField("prompt", prompt);
            } catch (TemplateException | CommandFailedException e) {
              generator.writeStringField("error", e.getMessage());
            }
            generator.writeEndObject();
          }
          generator.writeEndArray();
        });
  }

  private String render(Template template, Object context, Path input) {
    return template.render(mapping(context, input), options);
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
