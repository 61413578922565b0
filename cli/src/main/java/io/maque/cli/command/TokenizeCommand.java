package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.cli.console.CommandFailedException;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Json;
import io.maque.cli.console.PlainText;
import io.maque.cli.console.TextFile;
import io.maque.cli.models.Models;
import io.maque.gguf.GgufFile;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tokenize}: text to ids, and back. */
@Command(
    header = "Turn text into token ids, or ids into text",
    description = {
      "The begin and end tokens that a model expects are not added. Without TEXT",
      "and --file, standard input is read. A vocabulary-only GGUF file will do."
    })
public final class TokenizeCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "Model whose vocabulary is used.")
  private String model;

  @Parameters(index = "1", arity = "0..1", paramLabel = "TEXT", description = "The text.")
  private String text;

  @Option(names = "--file", paramLabel = "FILE", description = "Read the text from FILE.")
  private Path file;

  @Option(
      names = "--special",
      description = "Names of control tokens in the text, such as <|im_end|>, mean these tokens.")
  private boolean special;

  @Option(
      names = "--null-separated",
      description = "The input holds several texts with NUL characters between.")
  private boolean nullSeparated;

  @Option(
      names = "--decode",
      description = "The input holds ids with spaces or commas between; print their text.")
  private boolean decode;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public TokenizeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (text != null && file != null) {
      throw new ParameterException(spec.commandLine(), "expected TEXT or --file, found both");
    }
    if (decode && (special || nullSeparated)) {
      throw new ParameterException(
          spec.commandLine(), "--decode goes with neither --special nor --null-separated");
    }
    Path gguf = new Models(console).find(model).model();
    String input = input();
    try (GgufFile opened = GgufFile.open(gguf)) {
      Tokenizer tokenizer = Tokenizer.from(opened.metadata());
      if (decode) {
        printText(tokenizer.decode(ids(input, tokenizer.size())));
      } else {
        printIds(tokenizer, input);
      }
    }
    return ExitCode.DONE;
  }

  private String input() {
    if (text != null) {
      return text;
    }
    return file == null ? TextFile.readInput(console) : TextFile.read(file, console);
  }

  private void printIds(Tokenizer tokenizer, String input) {
    List<int[]> ids =
        (nullSeparated ? List.of(input.split("\0", -1)) : List.of(input))
            .stream().map(one -> tokenizer.encode(one, kind())).toList();
    if (json) {
      Json.printObject(console.out(), generator -> writeIds(generator, ids));
      return;
    }
    for (int[] one : ids) {
      console
          .out()
          .println(Arrays.stream(one).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    }
  }

  private Special kind() {
    return special ? Special.PARSE : Special.TEXT;
  }

  private void writeIds(JsonGenerator generator, List<int[]> ids) throws IOException {
    generator.writeFieldName(nullSeparated ? "texts" : "tokens");
    Json.writeValue(generator, nullSeparated ? ids : ids.getFirst());
  }

  private void printText(String decoded) {
    if (json) {
      Json.printObject(console.out(), generator -> generator.writeStringField("text", decoded));
    } else {
      console.out().println(console.outIsTerminal() ? PlainText.of(decoded) : decoded);
    }
  }

  private static int[] ids(String input, int vocabularySize) {
    return Arrays.stream(input.split("[\\s,\\[\\]]+"))
        .filter(word -> !word.isEmpty())
        .mapToInt(word -> id(word, vocabularySize))
        .toArray();
  }

  private static int id(String word, int vocabularySize) {
    int id = word.matches("[0-9]{1,9}") ? Integer.parseInt(word) : vocabularySize;
    if (id >= vocabularySize) {
      throw new CommandFailedException(
          "expected token ids from 0 to %d, found %s"
              .formatted(vocabularySize - 1, PlainText.singleLine(word)));
    }
    return id;
  }
}
