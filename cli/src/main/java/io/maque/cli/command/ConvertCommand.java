package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Json;
import io.maque.cli.console.PlainText;
import io.maque.cli.console.Quantity;
import io.maque.cli.console.StopOnSignal;
import io.maque.cli.models.Answers;
import io.maque.cli.models.WorkBar;
import io.maque.hub.convert.ConvertOptions;
import io.maque.hub.convert.ConvertReport;
import io.maque.hub.convert.Converter;
import io.maque.hub.convert.TargetType;
import io.maque.metrics.Stopwatch;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convert}: a checkpoint of another framework to GGUF. */
@Command(
    header = "Hugging Face and PyTorch weights to GGUF",
    description = {
      "Makes a GGUF file of the model in a folder: weights, tokenizer and chat template.",
      "The image encoder of a vision model becomes a second file. Files appear under",
      "their names when all are complete and were read back. Nothing in the folder is",
      "executed, pickled files included."
    })
public final class ConvertCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FOLDER",
      description = "What the model was saved to or downloaded into.")
  private Path folder;

  @Parameters(index = "1", paramLabel = "OUT", description = "The new file.")
  private Path out;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "F16",
      description = {
        "F32, F16, BF16, or quantised at once to Q8_0, Q6_K, Q5_K_M, Q5_K_S,",
        "Q5_1, Q5_0, Q4_K_M, Q4_K_S, Q4_1 or Q4_0. Default: ${DEFAULT-VALUE}."
      })
  private String type;

  @Option(
      names = "--mmproj",
      paramLabel = "FILE",
      description = "The image encoder's file; default mmproj-OUT beside OUT.")
  private Path mmproj;

  @Option(
      names = "--mmproj-type",
      paramLabel = "TYPE",
      description = "Its type; default that of --type, or F16 where that quantises.")
  private String mmprojType;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the model is called; default as the folder.")
  private String name;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that encode; default one per processor.")
  private int threads;

  @Option(names = "--force", description = "Replace files that exist.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public ConvertCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ConvertOptions options = Arguments.checked(spec, this::options);
    Stopwatch stopwatch = Stopwatch.start();
    try {
      print(convert(options), stopwatch.elapsedMillis());
      return ExitCode.DONE;
    } catch (CancellationException e) {
      // The user ended it and nothing was written: no failure to speak of.
      return ExitCode.INTERRUPTED;
    }
  }

  private ConvertOptions options() {
    ConvertOptions usual = ConvertOptions.of(TargetType.of(type));
    return new ConvertOptions(
        usual.type(),
        mmprojType == null ? usual.projectorType() : TargetType.of(mmprojType),
        Optional.ofNullable(name),
        threads,
        force);
  }

  private ConvertReport convert(ConvertOptions options) {
    try (WorkBar bar = WorkBar.ofBytes(console, "converting")) {
      Converter converter = new Converter(options, bar::update);
      try (StopOnSignal _ = new StopOnSignal(converter::cancel)) {
        return converter.convert(folder, out, Optional.ofNullable(mmproj));
      }
    }
  }

  private void print(ConvertReport report, double millis) {
    if (json) {
      Json.printObject(console.out(), generator -> write(generator, report, millis));
      return;
    }
    report.notes().forEach(note -> console.err().println(PlainText.singleLine(note)));
    for (ConvertReport.NewFile file : report.files()) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "%s: %s, %s, %s, %.2f bits per weight%n",
              PlainText.singleLine(file.path().toString()),
              file.architecture(),
              file.type().name(),
              Quantity.bytes(file.fileBytes()),
              file.bitsPerWeight());
    }
  }

  private static void write(JsonGenerator generator, ConvertReport report, double millis)
      throws IOException {
    generator.writeArrayFieldStart("files");
    for (ConvertReport.NewFile file : report.files()) {
      generator.writeStartObject();
      generator.writeStringField("file", file.path().toString());
      generator.writeStringField("architecture", file.architecture());
      generator.writeStringField("type", file.type().name());
      generator.writeNumberField("fileBytes", file.fileBytes());
      generator.writeNumberField("bitsPerWeight", Answers.rounded(file.bitsPerWeight()));
      generator.writeObjectFieldStart("tensors");
      for (Map.Entry<TensorType, Integer> entry : file.tensors().entrySet()) {
        generator.writeNumberField(entry.getKey().name(), entry.getValue());
      }
      generator.writeEndObject();
      generator.writeNumberField("gaveWay", file.gaveWay());
      generator.writeEndObject();
    }
    generator.writeEndArray();
    generator.writeArrayFieldStart("notes");
    for (String note : report.notes()) {
      generator.writeString(note);
    }
    generator.writeEndArray();
    generator.writeNumberField("millis", Answers.rounded(millis));
  }
}
