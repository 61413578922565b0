package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Json;
import io.maque.cli.console.PlainText;
import io.maque.cli.console.Quantity;
import io.maque.cli.console.StopOnSignal;
import io.maque.cli.models.Answers;
import io.maque.cli.models.Models;
import io.maque.cli.models.WorkBar;
import io.maque.hub.quantize.FileType;
import io.maque.hub.quantize.QuantizeOptions;
import io.maque.hub.quantize.QuantizeReport;
import io.maque.hub.quantize.Quantizer;
import io.maque.metrics.Stopwatch;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quantize}: a GGUF file to a smaller one. */
@Command(
    header = "GGUF to a smaller GGUF",
    description = {
      "Writes the weights of a model with fewer bits, the same bytes as llama.cpp's",
      "quantiser without an importance matrix. The file appears under its name when it",
      "is complete and was read back."
    })
public final class QuantizeCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "Name, path or reference; F32, F16 or BF16.")
  private String model;

  @Parameters(index = "1", paramLabel = "OUT", description = "The new file.")
  private Path out;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      required = true,
      description = {
        "Q8_0, Q6_K, Q5_K_M, Q5_K_S, Q5_1, Q5_0, Q4_K_M, Q4_K_S,",
        "Q4_1 or Q4_0: from large and true to small and rough."
      })
  private String type;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that encode; default one per processor.")
  private int threads;

  @Option(
      names = "--allow-requantize",
      description = "Also take what is quantised already, though that loses more.")
  private boolean allowRequantize;

  @Option(names = "--force", description = "Replace OUT when it exists.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public QuantizeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    QuantizeOptions options =
        Arguments.checked(
            spec, () -> new QuantizeOptions(FileType.of(type), threads, allowRequantize, force));
    Path source = new Models(console).find(model).model();
    Stopwatch stopwatch = Stopwatch.start();
    try {
      QuantizeReport report = quantize(options, source);
      print(options.type(), report, stopwatch.elapsedMillis());
      return ExitCode.DONE;
    } catch (CancellationException e) {
      // The user ended it and nothing was written: no failure to speak of.
      return ExitCode.INTERRUPTED;
    }
  }

  private QuantizeReport quantize(QuantizeOptions options, Path source) {
    try (WorkBar bar = WorkBar.ofBytes(console, "quantising")) {
      Quantizer quantizer = new Quantizer(options, bar::update);
      try (StopOnSignal _ = new StopOnSignal(quantizer::cancel)) {
        return quantizer.quantize(source, out);
      }
    }
  }

  private void print(FileType fileType, QuantizeReport report, double millis) {
    if (json) {
      Json.printObject(console.out(), generator -> write(generator, fileType, report, millis));
      return;
    }
    if (report.gaveWay() > 0) {
      console
          .err()
          .printf(
              "%d tensors have rows that the blocks of their type do not divide, and got a larger"
                  + " one%n",
              report.gaveWay());
    }
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s: %s, %.2f bits per weight; %s in %.1f s, %s/s%n",
            PlainText.singleLine(out.toString()),
            Quantity.bytes(report.fileBytes()),
            report.bitsPerWeight(),
            Quantity.bytes(report.sourceBytes()),
            millis / 1000,
            Quantity.bytes(Math.round(report.sourceBytes() / (millis / 1000))));
  }

  private void write(
      JsonGenerator generator, FileType fileType, QuantizeReport report, double millis)
      throws IOException {
    generator.writeStringField("file", out.toString());
    generator.writeStringField("type", fileType.name());
    generator.writeNumberField("sourceBytes", report.sourceBytes());
    generator.writeNumberField("fileBytes", report.fileBytes());
    generator.writeNumberField("bitsPerWeight", Answers.rounded(report.bitsPerWeight()));
    generator.writeObjectFieldStart("tensors");
    for (Map.Entry<TensorType, Integer> entry : report.tensors().entrySet()) {
      generator.writeNumberField(entry.getKey().name(), entry.getValue());
    }
    generator.writeEndObject();
    generator.writeNumberField("gaveWay", report.gaveWay());
    generator.writeNumberField("millis", Answers.rounded(millis));
  }
}
