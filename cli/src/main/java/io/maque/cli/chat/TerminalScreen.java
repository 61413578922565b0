package io.maque.cli.chat;

import io.maque.cli.console.PlainText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A terminal with line editing, history and input of several lines. */
public final class TerminalScreen implements ChatScreen {
  private static final String PROMPT = "> ";
  private static final int HISTORY_LINES = 1000;

  private final Terminal terminal;
  private final LineReader reader;
  private volatile boolean atLineStart = true;

  /** A screen on the terminal of this process. */
  public static TerminalScreen ofProcess(Path history) {
    try {
      return new TerminalScreen(
          TerminalBuilder.builder().system(true).encoding(StandardCharsets.UTF_8).build(), history);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the terminal", e);
    }
  }

  /** A screen on {@code terminal}, which it closes; what was typed is kept in {@code history}. */
  TerminalScreen(Terminal terminal, Path history) {
    this.terminal = terminal;
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(new ChatInputParser())
            .completer((lineReader, line, candidates) -> {
              if (line.line().startsWith("/")) {
                for (SlashCommand command : SlashCommand.values()) {
                  candidates.add(new Candidate(command.word()));
                }
              }
            })
            .variable(LineReader.HISTORY_FILE, history)
            .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, ". ")
            // "!" is punctuation here, and a line that begins with a space stays out of the file.
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
            .option(LineReader.Option.BRACKETED_PASTE, true)
            .build();
  }

  @Override
  public Optional<String> read() {
    while (true) {
      try {
        return Optional.of(ChatInputParser.unquoted(reader.readLine(PROMPT)));
      } catch (UserInterruptException e) {
        // Ctrl-C clears the line, as in a shell.
        if (e.getPartialLine().isEmpty()) {
          note("Ctrl-D or /exit ends the program");
        }
      } catch (EndOfFileException e) {
        return Optional.empty();
      }
    }
  }

  @Override
  public boolean answer(String piece) {
    if (!piece.isEmpty()) {
      terminal.writer().print(PlainText.of(piece));
      terminal.flush();
      atLineStart = piece.endsWith("\n");
    }
    return true;
  }

  @Override
  public void endAnswer() {
    if (!atLineStart) {
      terminal.writer().println();
      atLineStart = true;
    }
    terminal.flush();
  }

  @Override
  public void note(String line) {
    endAnswer();
    terminal.writer().println(PlainText.of(line));
    terminal.flush();
  }

  @Override
  public void cancellable(Runnable cancel, Runnable work) {
    Terminal.SignalHandler before =
        terminal.handle(
            Terminal.Signal.INT,
            signal -> {
              atLineStart = false;
              cancel.run();
            });
    // What is typed meanwhile waits for the next prompt and must not appear in the answer.
    boolean echo = terminal.echo(false);
    try {
      work.run();
    } finally {
      terminal.echo(echo);
      terminal.handle(Terminal.Signal.INT, before);
    }
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give the terminal back", e);
    }
  }
}
