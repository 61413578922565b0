package io.maque.tokenizer;

/**
 * Cuts text into the pieces inside which symbols are joined; nothing is ever joined across a cut.
 *
 * <p>Each implementation is the hand-written automaton of a published regular expression, stated in
 * its comment. {@code java.util.regex} would recurse once per character of a long run and overflow
 * the stack; these read every character at most twice.
 */
interface Splitter {
  /**
   * Where the piece that starts at {@code from} ends.
   *
   * @param to end of the text, after {@code from}
   * @return after {@code from}, {@code to} at most
   */
  int next(String text, int from, int to);
}
