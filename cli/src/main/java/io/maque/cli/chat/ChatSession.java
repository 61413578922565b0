package io.maque.cli.chat;

import io.maque.cli.console.CommandFailedException;
import io.maque.cli.console.ImageFile;
import io.maque.cli.models.Answers;
import io.maque.engine.ContextLengthExceededException;
import io.maque.engine.FinishReason;
import io.maque.generate.Generation;
import io.maque.generate.GenerationHandle;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.image.ImageFormatException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The turns of a conversation with one model. */
public final class ChatSession {
  private final LanguageModel model;
  private final ChatScreen screen;
  private final UnaryOperator<GenerationRequest> options;
  private final Conversation conversation = new Conversation();
  private Optional<Generation> last = Optional.empty();
  private boolean showStats;
  private boolean readByNobody;

  /**
   * A session that has not begun.
   *
   * @param options adds sampling and limits to a request
   * @param system instructions to the model; empty for none
   */
  public ChatSession(
      LanguageModel model,
      ChatScreen screen,
      UnaryOperator<GenerationRequest> options,
      String system) {
    this.model = model;
    this.screen = screen;
    this.options = options;
    conversation.setSystem(system);
  }

  /** Takes turns until the user has had enough. */
  public void run() {
    boolean goesOn = true;
    while (goesOn && !readByNobody) {
      Optional<String> line = screen.read();
      goesOn = line.isPresent() && take(line.get().strip());
    }
  }

  /** Takes one input; answers whether the session goes on. */
  private boolean take(String line) {
    if (line.isEmpty()) {
      return true;
    }
    Optional<SlashCommand> command = SlashCommand.find(line);
    if (command.isPresent()) {
      return execute(command.get(), command.get().argumentOf(line));
    }
    if (line.matches("/[a-z]+( .*)?")) {
      screen.note("there is no command " + line.split(" ", 2)[0] + "; /help lists them");
      return true;
    }
    answer(line);
    return true;
  }

  private boolean execute(SlashCommand command, String argument) {
    switch (command) {
      case HELP -> help();
      case SYSTEM -> {
        conversation.setSystem(argument);
        screen.note(argument.isEmpty() ? "instructions taken back" : "instructions taken");
      }
      case IMAGE -> addImage(argument);
      case RESET -> {
        conversation.reset();
        screen.note("the conversation begins anew");
      }
      case SAVE -> save(argument);
      case STATS -> {
        showStats = !showStats;
        screen.note("figures after each answer: " + (showStats ? "on" : "off"));
        if (showStats) {
          last.ifPresent(answer -> screen.note(Answers.figures(answer)));
        }
      }
      case EXIT -> {
        return false;
      }
    }
    return true;
  }

  private void help() {
    for (SlashCommand command : SlashCommand.values()) {
      screen.note(command.helpLine());
    }
    screen.note("\"\"\"            begins a text of several lines; \"\"\" ends it");
    screen.note("Ctrl-C         stops an answer, or clears the line");
  }

  private void addImage(String name) {
    if (!model.card().takesImages()) {
      screen.note("%s reads text only; pictures need a vision model".formatted(model.name()));
      return;
    }
    if (name.isEmpty()) {
      screen.note("/image needs the name of a file");
      return;
    }
    try {
      conversation.addImage(ImageFile.read(Path.of(unquoted(name))));
      screen.note("the next question is about " + name);
    } catch (CommandFailedException | InvalidPathException e) {
      screen.note("no picture: " + e.getMessage());
    }
  }

  /** Without the quotes that terminals put around a file that is dropped on them. */
  private static String unquoted(String name) {
    boolean quoted = name.matches("'[^']+'|\"[^\"]+\"");
    return quoted ? name.substring(1, name.length() - 1) : name;
  }

  private void save(String name) {
    if (name.isEmpty()) {
      screen.note("/save needs the name of a file");
      return;
    }
    if (conversation.isEmpty()) {
      screen.note("nothing was said yet");
      return;
    }
    try {
      conversation.save(Path.of(name));
      screen.note("saved to " + name);
    } catch (FileAlreadyExistsException e) {
      screen.note(name + " exists already; choose another name");
    } catch (NoSuchFileException e) {
      screen.note("cannot write " + name + ": there is no such folder");
    } catch (IOException | InvalidPathException e) {
      screen.note("cannot write " + name + ": " + e.getMessage());
    }
  }

  private void answer(String question) {
    GenerationHandle handle;
    try {
      handle =
          model.submit(options.apply(GenerationRequest.chat(conversation.messagesWith(question))));
    } catch (ContextLengthExceededException e) {
      screen.note(
          "not answered: with this the conversation has %d tokens, and %d fit; /reset begins anew, or start with a larger --context"
              .formatted(e.promptTokens(), e.limit()));
      return;
    } catch (ImageFormatException e) {
      conversation.dropImages();
      screen.note("not answered, and the pictures are dropped: " + e.getMessage());
      return;
    }
    screen.cancellable(handle::cancel, () -> await(handle, question));
  }

  private void await(GenerationHandle handle, String question) {
    Generation answer =
        handle.await(piece -> {
          if (!screen.answer(piece.text())) {
            readByNobody = true;
            handle.cancel();
          }
        });
    screen.endAnswer();
    last = Optional.of(answer);
    if (answer.finishReason() == FinishReason.CANCELLED) {
      screen.note(answer.text().isEmpty() ? "(stopped; the question is dropped)" : "(stopped)");
    }
    if (!answer.text().isEmpty()) {
      conversation.add(question, answer.text());
    }
    if (contextIsFull(answer)) {
      screen.note(
          "the context of %d tokens is full, so the answer is cut; /reset begins anew"
              .formatted(model.card().contextLength()));
    }
    if (showStats) {
      screen.note(Answers.figures(answer));
    }
  }

  private boolean contextIsFull(Generation answer) {
    return answer.finishReason() == FinishReason.LENGTH
        && answer.usage().promptTokens() + answer.usage().completionTokens()
            >= model.card().contextLength() - 1;
  }
}
