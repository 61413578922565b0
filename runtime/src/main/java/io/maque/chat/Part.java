package io.maque.chat;

/** One part of a message's content. */
public sealed interface Part {

  /** Text; never read as control tokens. */
  record Text(String text) implements Part {}
}
