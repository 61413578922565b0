package io.maque.cli.chat;

import java.util.Optional;

/** Where a conversation takes place. */
public interface ChatScreen extends AutoCloseable {

  /** What the user says next; empty when there is nothing more to come. */
  Optional<String> read();

  /** Shows a piece of the answer at once. Answers false when nobody reads any more. */
  boolean answer(String piece);

  /** Ends the answer: what follows begins on a line of its own. */
  void endAnswer();

  /** Says something of the program's own, which is no part of the conversation. */
  void note(String line);

  /**
   * Does {@code work}; a Ctrl-C meanwhile runs {@code cancel} and ends neither program nor work.
   */
  void cancellable(Runnable cancel, Runnable work);

  /** Gives the terminal back as it was. */
  @Override
  void close();
}
