package io.maque.bench;

import io.maque.bench.http.HttpOverhead;
import io.maque.bench.image.ImageEncoding;
import io.maque.bench.kernel.KernelTable;
import io.maque.bench.kernel.Selection;
import io.maque.bench.limits.Limits;
import io.maque.bench.limits.LimitsTable;
import io.maque.bench.profile.EncoderProfile;
import io.maque.bench.profile.ModelProfile;
import io.maque.bench.streams.Streams;
import io.maque.boot.ImageEncoders;
import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.generate.LanguageModel;
import io.maque.gguf.GgufFile;
import io.maque.image.Size;
import io.maque.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openjdk.jmh.runner.RunnerException;

/** The programs of this module by name. */
public final class Main {
  private static final double LIMIT_MILLIS = 600;
  private static final long QUICK_ITERATION_MILLIS = 100;
  private static final long FULL_ITERATION_MILLIS = 200;
  private static final Path LOGS = Path.of("target", "bench", "jmh");

  private static final String USAGE =
      """
      usage: bench limits [--json]
             bench kernels [--quick] [PARAMETER=VALUE[,VALUE...]]...
             bench texts
             bench profile MODEL.gguf [CONTEXT [STEPS]]
             bench profile MMPROJ.gguf [PICTURES [WIDTH HEIGHT]]
             bench http MODEL.gguf [TOKENS [ROUNDS]]
             bench streams MODEL.gguf TEXT_FILE STREAMS PROMPT_TOKENS TOKENS THREADS
             bench images MMPROJ.gguf [THREADS [ROUNDS [WIDTH HEIGHT]]]
             bench jmh JMH-ARGUMENT...\
      """;

  private Main() {}

  /** Runs the program that the first argument names. */
  public static void main(String[] arguments) throws IOException, RunnerException {
    Locale.setDefault(Locale.ROOT);
    List<String> rest = List.of(arguments).stream().skip(1).toList();
    switch (arguments.length == 0 ? "" : arguments[0]) {
      case "limits" -> limits(rest);
      case "kernels" -> kernels(rest);
      case "texts" -> texts();
      case "profile" -> profile(rest);
      case "http" -> http(rest);
      case "streams" -> streams(rest);
      case "images" -> images(rest);
      case "jmh" -> org.openjdk.jmh.Main.main(rest.toArray(String[]::new));
      default -> {
        System.err.println(USAGE);
        System.exit(2);
      }
    }
  }

  private static void http(List<String> arguments) throws IOException {
    int tokens = arguments.size() > 1 ? Integer.parseInt(arguments.get(1)) : 64;
    int rounds = arguments.size() > 2 ? Integer.parseInt(arguments.get(2)) : 20;
    try (LanguageModel model =
        LanguageModels.open(Path.of(arguments.getFirst()), OpenOptions.DEFAULT)) {
      HttpOverhead.print(model, tokens, rounds, System.out);
    }
  }

  private static Limits measureLimits() {
    return Limits.measure(Machine.current().processors(), LIMIT_MILLIS);
  }

  private static void limits(List<String> arguments) {
    if (arguments.contains("--json")) {
      LimitsTable.printJson(measureLimits(), System.out);
    } else {
      LimitsTable.print(measureLimits(), System.out);
    }
  }

  private static void kernels(List<String> arguments) throws IOException, RunnerException {
    boolean quick = arguments.contains("--quick");
    Selection selection = quick ? Selection.quick() : Selection.full();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals > 0) {
        selection =
            selection.only(
                argument.substring(0, equals), List.of(argument.substring(equals + 1).split(",")));
      }
    }
    KernelTable table = table(quick ? QUICK_ITERATION_MILLIS : FULL_ITERATION_MILLIS);
    table.runKernels(selection);
    table.print(System.out);
  }

  private static void texts() throws IOException, RunnerException {
    KernelTable table = table(FULL_ITERATION_MILLIS);
    table.runTexts();
    table.print(System.out);
  }

  private static KernelTable table(long iterationMillis) throws IOException {
    Files.createDirectories(LOGS);
    return new KernelTable(measureLimits(), LOGS.resolve("run"), iterationMillis);
  }

  private static void streams(List<String> arguments) throws IOException {
    int[] counts = arguments.stream().skip(2).mapToInt(Integer::parseInt).toArray();
    Streams streams =
        Streams.measure(
            Path.of(arguments.get(0)),
            Files.readString(Path.of(arguments.get(1))),
            counts[0],
            counts[1],
            counts[2],
            counts[3]);
    System.out.printf("{\"tokensPerSecond\": %.2f}%n", streams.tokensPerSecond());
  }

  private static void images(List<String> arguments) {
    int processors = Machine.current().processors();
    int threads = arguments.size() > 1 ? Integer.parseInt(arguments.get(1)) : processors;
    int rounds = arguments.size() > 2 ? Integer.parseInt(arguments.get(2)) : 5;
    ImageEncoding.print(
        Path.of(arguments.getFirst()), size(arguments, 3), threads, rounds, System.out);
  }

  /** Width and height from the argument {@code begin} on, if they are there. */
  private static Optional<Size> size(List<String> arguments, int begin) {
    return arguments.size() < begin + 2
        ? Optional.empty()
        : Optional.of(
            new Size(
                Integer.parseInt(arguments.get(begin)),
                Integer.parseInt(arguments.get(begin + 1))));
  }

  private static void profile(List<String> arguments) {
    Path model = Path.of(arguments.getFirst());
    if (isImageEncoder(model)) {
      int pictures = arguments.size() > 1 ? Integer.parseInt(arguments.get(1)) : 4;
      EncoderProfile.print(model, size(arguments, 2), pictures, System.out);
      return;
    }
    int context = arguments.size() > 1 ? Integer.parseInt(arguments.get(1)) : 256;
    int steps = arguments.size() > 2 ? Integer.parseInt(arguments.get(2)) : 64;
    ModelProfile.print(model, context, steps, System.out);
  }

  private static boolean isImageEncoder(Path path) {
    try (GgufFile file = GgufFile.open(path)) {
      return ImageEncoders.isImageEncoder(file);
    }
  }
}
