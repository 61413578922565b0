package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.cli.console.CommandFailedException;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.ImageFile;
import io.maque.cli.console.Json;
import io.maque.cli.console.PlainText;
import io.maque.cli.console.StopOnSignal;
import io.maque.cli.console.TextFile;
import io.maque.cli.models.Answers;
import io.maque.cli.models.Models;
import io.maque.engine.FinishReason;
import io.maque.generate.Generation;
import io.maque.generate.GenerationHandle;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.ImageReport;
import io.maque.generate.LanguageModel;
import io.maque.generate.Prompt;
import io.maque.hub.store.ModelFiles;
import io.maque.image.ImageFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code run}: one prompt, one answer, streamed to standard output. */
@Command(
    addMethodSubcommands = false,
    header = "Answer one prompt",
    description = "PROMPT - or none at all reads the prompt from standard input.")
public final class RunCommand implements Callable<Integer> {
  private static final Path STANDARD_INPUT = Path.of("-");

  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "Name, path or reference.")
  private String model;

  @Parameters(index = "1", arity = "0..1", paramLabel = "PROMPT", description = "What to answer.")
  private String prompt;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "Image to look at, - is standard input; may be repeated. Needs a vision model.")
  private List<Path> images = List.of();

  @Option(names = "--system", paramLabel = "TEXT", description = "Instructions to the model.")
  private String system;

  @Option(names = "--raw", description = "Continue the prompt as it is, without the chat template.")
  private boolean raw;

  @Option(
      names = "--special",
      description = "With --raw: names of control tokens mean these tokens.")
  private boolean special;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "" + GenerationRequest.UNLIMITED,
      showDefaultValue = Visibility.NEVER,
      description = "Longest answer; default what the context holds.")
  private int maxTokens;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Text that ends the answer; may be repeated.")
  private List<String> stop = List.of();

  @Mixin private SamplingArguments sampling;
  @Mixin private ModelArguments opening;
  @Mixin private ProjectorArgument projector;

  @Option(names = "--pull", description = "Fetch the model when it is not on this machine.")
  private boolean pull;

  @Option(names = "--stats", description = "Print figures on standard error.")
  private boolean stats;

  @Option(names = "--json", description = "Print one JSON document instead of streaming.")
  private boolean json;

  public RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    GenerationRequest request = Arguments.checked(spec, this::request);
    Models models = new Models(console);
    ModelFiles files = models.findOrPull(model, pull);
    try (LanguageModel opened = opening.open(spec, projector.with(files))) {
      refuseWhatTheModelCannotDo(opened, files.name());
      return answer(opened, request);
    }
  }

  private GenerationRequest request() {
    if (special && !raw) {
      throw new ParameterException(spec.commandLine(), "--special goes with --raw only");
    }
    if (raw && !images.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--raw has no place for --image");
    }
    if (raw && system != null) {
      throw new ParameterException(spec.commandLine(), "--raw has no place for --system");
    }
    String text = promptText();
    if (text.isBlank()) {
      throw new ParameterException(spec.commandLine(), "the prompt is empty");
    }
    GenerationRequest request =
        raw ? GenerationRequest.of(new Prompt.Text(text, special, true)) : chat(text);
    return request
        .withSampling(sampling.toOptions())
        .withMaxTokens(Arguments.answerTokens(maxTokens))
        .withStop(stop);
  }

  private GenerationRequest chat(String text) {
    List<Message> messages = new ArrayList<>();
    if (system != null) {
      messages.add(Message.system(system));
    }
    messages.add(Message.user(imageParts(), text));
    return GenerationRequest.chat(messages);
  }

  /** Read before the model is opened: a wrong file is told at once. */
  private List<Part.Image> imageParts() {
    if (images.stream().filter(STANDARD_INPUT::equals).count() > 1) {
      throw new ParameterException(spec.commandLine(), "standard input is one image only");
    }
    try {
      return images.stream()
          .map(file ->
              file.equals(STANDARD_INPUT) ? ImageFile.readInput(console) : ImageFile.read(file))
          .toList();
    } catch (CommandFailedException e) {
      throw new ParameterException(spec.commandLine(), "--image: " + e.getMessage(), e);
    }
  }

  private String promptText() {
    if (prompt != null && !prompt.equals("-")) {
      return prompt;
    }
    if (images.contains(STANDARD_INPUT)) {
      throw new ParameterException(
          spec.commandLine(), "standard input is the image, so expected a PROMPT");
    }
    if (prompt == null && console.inIsTerminal()) {
      throw new ParameterException(
          spec.commandLine(), "expected a PROMPT, or one on standard input");
    }
    String text = TextFile.readInput(console);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private void refuseWhatTheModelCannotDo(LanguageModel opened, String name) {
    if (!images.isEmpty() && !opened.card().takesImages()) {
      throw new CommandFailedException(
          ("%s (%s) reads text only, so it cannot look at %s; --image needs a vision model, or"
                  + " --mmproj with the image encoder of this one")
              .formatted(name, opened.card().architecture(), images.getFirst()));
    }
    if (!raw && !opened.card().hasChatTemplate()) {
      throw new CommandFailedException(
          "%s has no chat template; --raw continues the prompt as it is".formatted(name));
    }
  }

  private int answer(LanguageModel opened, GenerationRequest request) {
    GenerationHandle handle = submit(opened, request);
    try (StopOnSignal signal = new StopOnSignal(handle::cancel)) {
      Generation answer =
          handle.await(json ? GenerationListener.NONE : piece -> print(piece, handle));
      if (json) {
        if (!signal.stopping()) {
          Json.printObject(console.out(), generator -> write(generator, answer));
        }
      } else if (!answer.text().endsWith("\n")) {
        console.out().println();
      }
      if (stats) {
        console.err().println(Answers.figures(answer));
      }
      if (contextIsFull(answer)) {
        console
            .err()
            .printf(
                "the context of %d tokens is full: the answer is cut; --context makes it longer%n",
                opened.card().contextLength());
      }
      return signal.stopping() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
  }

  private GenerationHandle submit(LanguageModel opened, GenerationRequest request) {
    try {
      return opened.submit(request);
    } catch (ImageFormatException e) {
      throw new ParameterException(spec.commandLine(), "--image: " + e.getMessage(), e);
    }
  }

  private void print(GenerationListener.Piece piece, GenerationHandle handle) {
    console.out().print(console.outIsTerminal() ? PlainText.of(piece.text()) : piece.text());
    // Whoever read the output has seen enough (a broken pipe): that is no failure.
    if (console.out().checkError()) {
      handle.cancel();
    }
  }

  private boolean contextIsFull(Generation answer) {
    return answer.finishReason() == FinishReason.LENGTH
        && answer.usage().completionTokens() < maxTokens;
  }

  private static void write(JsonGenerator json, ImageReport image) throws IOException {
    json.writeNumberField("width", image.original().width());
    json.writeNumberField("height", image.original().height());
    json.writeNumberField("processedWidth", image.processed().width());
    json.writeNumberField("processedHeight", image.processed().height());
    json.writeNumberField("tokens", image.tokens());
  }

  private static void write(JsonGenerator json, Generation answer) throws IOException {
    json.writeStringField("text", answer.text());
    json.writeStringField("finishReason", Answers.name(answer.finishReason()));
    json.writeObjectFieldStart("usage");
    json.writeNumberField("promptTokens", answer.usage().promptTokens());
    json.writeNumberField("completionTokens", answer.usage().completionTokens());
    json.writeNumberField("imageTokens", answer.usage().imageTokens());
    json.writeEndObject();
    if (!answer.images().isEmpty()) {
      Json.writeArray(json, "images", answer.images(), RunCommand::write);
    }
    json.writeObjectFieldStart("timings");
    json.writeNumberField("loadMillis", Answers.rounded(answer.timings().loadMillis()));
    json.writeNumberField(
        "imageDecodeMillis", Answers.rounded(answer.timings().imageDecodeMillis()));
    json.writeNumberField("preprocessMillis", Answers.rounded(answer.timings().preprocessMillis()));
    json.writeNumberField(
        "imageEncodeMillis", Answers.rounded(answer.timings().imageEncodeMillis()));
    json.writeNumberField("prefillMillis", Answers.rounded(answer.timings().prefillMillis()));
    json.writeNumberField("ttftMillis", Answers.rounded(answer.timings().ttftMillis()));
    json.writeNumberField("decodeMillis", Answers.rounded(answer.timings().decodeMillis()));
    json.writeEndObject();
    json.writeNumberField("promptTokensPerSecond", Answers.rounded(answer.promptTokensPerSecond()));
    json.writeNumberField("decodeTokensPerSecond", Answers.rounded(answer.decodeTokensPerSecond()));
  }
}
