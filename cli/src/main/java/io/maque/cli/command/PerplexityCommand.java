package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.cli.console.CommandFailedException;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Json;
import io.maque.cli.console.TextFile;
import io.maque.cli.models.Models;
import io.maque.generate.LanguageModel;
import io.maque.generate.Score;
import io.maque.gguf.GgufFile;
import io.maque.hub.store.ModelFiles;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code perplexity}: how likely a model finds a text. */
@Command(
    header = "Mean log-likelihood of a text",
    description = {
      "For each token of the text but the first, the natural log-probability that",
      "the model gives it after those before it. The begin token goes first where",
      "the model wants one."
    })
public final class PerplexityCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "Name, path or reference.")
  private String model;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "The text; - reads standard input.")
  private Path file;

  @Option(
      names = "--special",
      description = "Names of control tokens in the text mean these tokens.")
  private boolean special;

  @Mixin private ModelArguments opening;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public PerplexityCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ModelFiles files = new Models(console).find(model);
    int[] tokens = tokens(files.model(), TextFile.read(file, console));
    if (tokens.length < 2) {
      throw new CommandFailedException(
          "%s: expected a text of at least 2 tokens, found %d".formatted(file, tokens.length));
    }
    ModelFiles text = new ModelFiles(files.name(), files.model(), Optional.empty());
    try (LanguageModel opened = opening.open(spec, text, tokens.length)) {
      if (tokens.length > opened.card().contextLength()) {
        throw new CommandFailedException(
            "%s: the text has %d tokens and the context holds %d; shorten it or give --context"
                .formatted(file, tokens.length, opened.card().contextLength()));
      }
      print(tokens, opened.score(tokens));
    }
    return ExitCode.DONE;
  }

  private int[] tokens(Path gguf, String text) {
    try (GgufFile opened = GgufFile.open(gguf)) {
      Tokenizer tokenizer = Tokenizer.from(opened.metadata());
      int[] ids = tokenizer.encode(text, special ? Special.PARSE : Special.TEXT);
      return tokenizer.addBos() && tokenizer.bos().isPresent()
          ? IntStream.concat(IntStream.of(tokenizer.bos().getAsInt()), IntStream.of(ids)).toArray()
          : ids;
    }
  }

  private void print(int[] tokens, Score score) {
    double mean = score.meanNegativeLogLikelihood();
    if (json) {
      Json.printObject(console.out(), generator -> write(generator, tokens, score));
      return;
    }
    console
        .out()
        .printf(
            Locale.ROOT,
            "%d tokens, mean negative log-likelihood %.4f, perplexity %.3f%n",
            tokens.length,
            mean,
            Math.exp(mean));
  }

  private static void write(JsonGenerator json, int[] tokens, Score score) throws IOException {
    json.writeFieldName("tokens");
    Json.writeValue(json, tokens);
    json.writeFieldName("logprob");
    Json.writeValue(json, score.logprobs());
    json.writeFieldName("argmax");
    Json.writeValue(json, score.argmax());
    json.writeNumberField("mean_nll", score.meanNegativeLogLikelihood());
  }
}
