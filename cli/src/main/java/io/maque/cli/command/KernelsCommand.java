package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.boot.KernelLadder;
import io.maque.boot.Processor;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Json;
import io.maque.kernel.Availability;
import io.maque.kernel.Kernels;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kernels}: which kernel serves which operation here. */
@Command(header = "Which kernel serves which operation, and why others refused")
public final class KernelsCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public KernelsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Processor processor = Processor.current();
    Kernels kernels = KernelLadder.choose(Optional.empty());
    if (json) {
      Json.printObject(console.out(), generator -> write(generator, processor, kernels));
    } else {
      print(processor, kernels, console.out());
    }
    return ExitCode.DONE;
  }

  private static void print(Processor processor, Kernels kernels, PrintStream out) {
    out.printf("CPU%n  features     %s%n", String.join(" ", processor.features()));
    out.printf(
        "  AMX tiles    %s%n",
        processor.tilesRefusal().map(reason -> "refused: " + reason).orElse("permitted"));
    out.printf("%nRungs, best first%n");
    for (Kernels.Rung rung : kernels.rungs()) {
      switch (rung.availability()) {
        case Availability.Usable _ -> out.printf("  %-12s  usable%n", rung.provider());
        case Availability.Refused refused ->
            out.printf(
                "  %-12s  refused: %s; %s%n", rung.provider(), refused.reason(), refused.remedy());
      }
    }
    out.printf("%nKernels%n");
    for (Kernels.Choice choice : kernels.choices()) {
      out.printf(
          "  %-15s  %-10s  %-23s  %s%n",
          choice.operation(), choice.format(), choice.kernel(), choice.provider());
    }
  }

  private static void write(JsonGenerator json, Processor processor, Kernels kernels)
      throws IOException {
    json.writeArrayFieldStart("cpuFeatures");
    for (String feature : processor.features()) {
      json.writeString(feature);
    }
    json.writeEndArray();
    json.writeBooleanField("amxTiles", processor.tilesRefusal().isEmpty());
    Json.writeArray(
        json,
        "rungs",
        kernels.rungs(),
        (generator, rung) -> {
          generator.writeStringField("name", rung.provider());
          generator.writeBooleanField("usable", rung.availability() instanceof Availability.Usable);
          if (rung.availability() instanceof Availability.Refused refused) {
            generator.writeStringField("reason", refused.reason());
            generator.writeStringField("remedy", refused.remedy());
          }
        });
    Json.writeArray(
        json,
        "kernels",
        kernels.choices(),
        (generator, choice) -> {
          generator.writeStringField("operation", choice.operation());
          generator.writeStringField("format", choice.format());
          generator.writeStringField("kernel", choice.kernel());
          generator.writeStringField("rung", choice.provider());
        });
  }
}
