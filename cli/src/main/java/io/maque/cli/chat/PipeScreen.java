package io.maque.cli.chat;

import io.maque.cli.console.Console;
import io.maque.cli.console.PlainText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Plain streams: one line of input is one turn, answers alone go to standard output. */
public final class PipeScreen implements ChatScreen {
  private final Console console;
  private final BufferedReader lines;
  private boolean atLineStart = true;

  public PipeScreen(Console console) {
    this.console = console;
    this.lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
  }

  @Override
  public Optional<String> read() {
    try {
      return Optional.ofNullable(lines.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean answer(String piece) {
    if (!piece.isEmpty()) {
      console.out().print(console.outIsTerminal() ? PlainText.of(piece) : piece);
      atLineStart = piece.endsWith("\n");
    }
    // Also flushes.
    return !console.out().checkError();
  }

  @Override
  public void endAnswer() {
    if (!atLineStart) {
      console.out().println();
      atLineStart = true;
    }
  }

  @Override
  public void note(String line) {
    console.err().println(PlainText.of(line));
  }

  @Override
  public void cancellable(Runnable cancel, Runnable work) {
    work.run();
  }

  @Override
  public void close() {
    console.out().flush();
  }
}
