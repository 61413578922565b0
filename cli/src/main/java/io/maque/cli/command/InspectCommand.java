package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.boot.ImageEncoders;
import io.maque.boot.KernelLadder;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Json;
import io.maque.cli.console.PlainText;
import io.maque.cli.console.Quantity;
import io.maque.cli.console.TextFile;
import io.maque.cli.models.Models;
import io.maque.gguf.GgufFile;
import io.maque.image.Size;
import io.maque.model.ImageEncoder;
import io.maque.model.UnsupportedModelException;
import io.maque.template.RenderOptions;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inspect}: metadata and tensors of a model file. */
@Command(
    header = "Metadata and tensors of a model file; chat prompts",
    description = {
      "With --input, prints the prompt that a chat template makes of a context: the",
      "template of MODEL, or the one in the file that --render names. An array of",
      "contexts is answered, with --json, by an array of {\"prompt\":...} and",
      "{\"error\":...}. A vocabulary-only GGUF file will do."
    })
public final class InspectCommand implements Callable<Integer> {
  private static final int MAX_VALUE_CHARACTERS = 96;
  private static final int MAX_ELEMENTS = 6;

  /** A picture, to show what an image encoder makes of one. */
  private static final Size EXAMPLE = new Size(640, 480);

  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Model whose file is shown.")
  private String model;

  @Option(
      names = "--render",
      paramLabel = "TEMPLATE",
      description = "Chat template (Jinja) to render with --input.")
  private Path template;

  @Option(
      names = "--input",
      paramLabel = "CONTEXT",
      description = "JSON file with the variables of the template.")
  private Path input;

  @Option(
      names = "--now",
      paramLabel = "TIME",
      description = "Time that the template sees, such as 2025-03-14T09:26:53.")
  private LocalDateTime now;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (template != null && input == null) {
      throw new ParameterException(spec.commandLine(), "--render needs --input CONTEXT.json");
    }
    if (template == null && model == null || template != null && model != null) {
      throw new ParameterException(
          spec.commandLine(), "expected either a MODEL or --render TEMPLATE");
    }
    if (template != null) {
      render(TextFile.read(template, console));
      return ExitCode.DONE;
    }
    try (GgufFile file = GgufFile.open(new Models(console).find(model).model())) {
      if (input != null) {
        render(file.metadata().string("tokenizer.chat_template"));
      } else if (json) {
        Json.printObject(console.out(), generator -> writeJson(file, generator));
      } else {
        print(file, console.out());
      }
    }
    return ExitCode.DONE;
  }

  private void render(String source) {
    ZonedDateTime time =
        now == null
            ? InstantSource.system().instant().atZone(ZoneId.systemDefault())
            : now.atZone(ZoneId.systemDefault());
    new PromptRendering(console, RenderOptions.at(time)).print(source, input, json);
  }

  private static void print(GgufFile file, PrintStream out) {
    List<Tensor> tensors = file.tensors();
    out.printf(
        "%s: GGUF version %d, %d tensors, %s parameters, %s%n",
        PlainText.singleLine(file.path().getFileName().toString()),
        file.version(),
        tensors.size(),
        Quantity.count(tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum()),
        Quantity.bytes(tensors.stream().mapToLong(tensor -> tensor.data().byteSize()).sum()));
    if (ImageEncoders.isImageEncoder(file)) {
      out.println(PlainText.singleLine(imageEncoder(file)));
    }
    out.printf("%nMetadata%n");
    int width = width(file.metadata().values().keySet());
    file.metadata()
        .values()
        .forEach((key, value) -> out.printf("  %-" + width + "s  %s%n", shown(key), shown(value)));
    if (tensors.isEmpty()) {
      return;
    }
    out.printf("%nTensors%n");
    int nameWidth = width(tensors.stream().map(Tensor::name).toList());
    for (Tensor tensor : tensors) {
      out.printf(
          "  %-" + nameWidth + "s  %-6s  %-18s  %9s%n",
          shown(tensor.name()),
          tensor.type(),
          tensor.shape(),
          Quantity.bytes(tensor.data().byteSize()));
    }
    out.printf("%nTensor types%n");
    bytesByType(tensors)
        .forEach((type, bytes) -> out.printf("  %-6s  %9s%n", type, Quantity.bytes(bytes)));
  }

  /** What an mmproj file is, or why Maque cannot run it. */
  private static String imageEncoder(GgufFile file) {
    try {
      ImageEncoder encoder = ImageEncoders.load(file, KernelLadder.choose(Optional.empty()));
      Size processed = encoder.preprocessing().geometry().processed(EXAMPLE);
      return "image encoder of type %s for text models of embedding length %d; a picture of %s is seen as %s pixels and takes %d tokens"
          .formatted(
              ImageEncoders.projectorType(file),
              encoder.embeddingLength(),
              EXAMPLE,
              processed,
              encoder.grid(processed).tokens());
    } catch (UnsupportedModelException e) {
      return "image encoder that Maque cannot run: " + e.getMessage();
    }
  }

  private static Map<TensorType, Long> bytesByType(List<Tensor> tensors) {
    return tensors.stream()
        .collect(
            Collectors.groupingBy(
                Tensor::type,
                () -> new EnumMap<>(TensorType.class),
                Collectors.summingLong(tensor -> tensor.data().byteSize())));
  }

  private static int width(Iterable<String> names) {
    int width = 1;
    for (String name : names) {
      width = Math.max(width, name.length());
    }
    return Math.min(width, 60);
  }

  /** One line, shortened: strings without control characters, arrays by their first elements. */
  private static String shown(Object value) {
    if (value instanceof List<?> list) {
      return elements(
          list.size(), list.stream().limit(MAX_ELEMENTS).map(InspectCommand::shown).toList());
    }
    if (value.getClass().isArray()) {
      int length = Array.getLength(value);
      List<String> first =
          IntStream.range(0, Math.min(length, MAX_ELEMENTS))
              .mapToObj(i -> shown(Array.get(value, i)))
              .toList();
      return elements(length, first);
    }
    String text = PlainText.singleLine(value.toString());
    return text.length() <= MAX_VALUE_CHARACTERS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_VALUE_CHARACTERS / 2))
            + "... ("
            + value.toString().length()
            + " characters)";
  }

  private static String elements(int length, List<String> first) {
    String joined = String.join(", ", first);
    return length <= first.size()
        ? "[" + joined + "]"
        : "[" + joined + ", ...] (" + length + " elements)";
  }

  private static void writeJson(GgufFile file, JsonGenerator json) throws IOException {
    json.writeStringField("path", file.path().toString());
    json.writeNumberField("ggufVersion", file.version());
    json.writeNumberField("alignment", file.alignment());
    if (ImageEncoders.isImageEncoder(file)) {
      json.writeStringField("imageEncoder", imageEncoder(file));
    }
    json.writeObjectFieldStart("metadata");
    for (Map.Entry<String, Object> entry : file.metadata().values().entrySet()) {
      json.writeFieldName(entry.getKey());
      Json.writeValue(json, entry.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("tensors");
    for (Tensor tensor : file.tensors()) {
      json.writeStartObject();
      json.writeStringField("name", tensor.name());
      json.writeStringField("type", tensor.type().name());
      json.writeArrayFieldStart("shape");
      for (int i = 0; i < tensor.shape().rank(); i++) {
        json.writeNumber(tensor.shape().extent(i));
      }
      json.writeEndArray();
      json.writeNumberField("bytes", tensor.data().byteSize());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
