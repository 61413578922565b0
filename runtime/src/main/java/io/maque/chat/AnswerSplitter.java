package io.maque.chat;

import java.util.Optional;

/**
 * Cuts the text of an answer, piece by piece as it comes, into what the model thought ({@code
 * <think>…</think>}), what it says, and the objects of its tool calls. What may turn out to be a
 * tag waits until that is known, so cutting the pieces elsewhere gives the same parts. White space
 * around tags belongs to nobody.
 *
 * <p>The objects are cut out and not read: only as much of JSON is known here as tells that a tag
 * in a string is no tag. Belongs to one answer.
 */
public final class AnswerSplitter {
  private static final String THINK = "<think>";
  private static final String END_THINK = "</think>";

  /** Hears the parts of an answer. */
  public interface Listener {
    /** More of what the model thought. */
    void onReasoning(String text);

    /** More of what it says. */
    void onText(String text);

    /**
     * More of the object of a call.
     *
     * @param tagged whether tags stand around it; an object that is the whole answer may be a call
     */
    void onCall(String text, boolean tagged);

    /** The object of the call is complete; what follows is another part. */
    void onCallEnd();
  }

  private enum Part {
    /** Nothing but white space so far: the only place where thoughts may begin. */
    BEGIN,
    REASONING,
    TEXT,
    CALL
  }

  private final Optional<ToolCallFormat> format;
  private final Listener listener;
  private String waiting = "";
  private Part part;
  private boolean dropSpace;
  private boolean called;
  private boolean tagged;
  private boolean inString;
  private boolean escaped;

  /**
   * @param format how calls look; empty when there are no tools
   * @param insideReasoning whether the prompt ended with an open {@code <think>}
   */
  public AnswerSplitter(
      Optional<ToolCallFormat> format, boolean insideReasoning, Listener listener) {
    this.format = format;
    this.listener = listener;
    this.part = insideReasoning ? Part.REASONING : Part.BEGIN;
    this.dropSpace = insideReasoning;
  }

  /** Takes the next piece of the answer. */
  public void accept(String text) {
    waiting += text;
    while (advance()) {}
  }

  /** The answer is over: what waits is what it looks like. */
  public void end() {
    if (part == Part.CALL) {
      call(waiting);
      if (!tagged) {
        listener.onCallEnd();
      }
    } else if (part == Part.REASONING) {
      give(waiting);
    } else if (!called || !waiting.isBlank()) {
      part = Part.TEXT;
      give(waiting);
    }
    waiting = "";
  }

  /** Whether a part ended, so that what waits has to be looked at again. */
  private boolean advance() {
    return switch (part) {
      case BEGIN -> begin();
      case REASONING -> cut(END_THINK, Part.TEXT);
      case TEXT -> hasTags() ? cut(format.orElseThrow().begin(), Part.CALL) : giveAll();
      case CALL -> inCall();
    };
  }

  private boolean hasTags() {
    return format.isPresent() && !format.get().begin().isEmpty();
  }

  private boolean begin() {
    String text = waiting.stripLeading();
    if (text.isEmpty() || THINK.startsWith(text) && !text.equals(THINK)) {
      return false;
    }
    if (text.startsWith(THINK)) {
      waiting = text.substring(THINK.length());
      enter(Part.REASONING);
    } else if (format.isPresent() && text.charAt(0) == '{') {
      // All there is in the style of Llama 3; small models of other styles forget the tags.
      waiting = text;
      enter(Part.CALL);
      tagged = false;
    } else {
      part = Part.TEXT;
    }
    return true;
  }

  private void enter(Part next) {
    part = next;
    dropSpace = true;
    called |= next == Part.CALL;
    tagged = next == Part.CALL;
    inString = false;
    escaped = false;
  }

  private boolean giveAll() {
    give(waiting);
    waiting = "";
    return false;
  }

  /** Gives what stands before {@code tag}; without one, what cannot be the begin of it. */
  private boolean cut(String tag, Part next) {
    int at = waiting.indexOf(tag);
    if (at >= 0) {
      give(waiting.substring(0, at).stripTrailing());
      waiting = waiting.substring(at + tag.length());
      // Behind thoughts an answer begins anew, except that it cannot think again.
      enter(next);
      return true;
    }
    int end = waiting.length() - prefixAtEnd(waiting, tag);
    while (end > 0 && Character.isWhitespace(waiting.charAt(end - 1))) {
      end--;
    }
    give(waiting.substring(0, end));
    waiting = waiting.substring(end);
    return false;
  }

  /** How many characters at the end of a text may be the begin of {@code tag}. */
  private static int prefixAtEnd(String text, String tag) {
    for (int length = Math.min(text.length(), tag.length() - 1); length > 0; length--) {
      if (tag.startsWith(text.substring(text.length() - length))) {
        return length;
      }
    }
    return 0;
  }

  private void give(String text) {
    String rest = dropSpace ? text.stripLeading() : text;
    if (rest.isEmpty()) {
      return;
    }
    dropSpace = false;
    if (part == Part.REASONING) {
      listener.onReasoning(rest);
    } else {
      listener.onText(rest);
    }
  }

  private boolean inCall() {
    String tag = tagged ? format.orElseThrow().end() : "";
    int end = waiting.length();
    for (int i = 0; i < waiting.length(); i++) {
      if (!inString && !tag.isEmpty() && waiting.charAt(i) == '<') {
        if (waiting.startsWith(tag, i)) {
          call(waiting.substring(0, i));
          listener.onCallEnd();
          waiting = waiting.substring(i + tag.length());
          enter(Part.TEXT);
          return true;
        }
        if (tag.startsWith(waiting.substring(i))) {
          end = i;
          break;
        }
      }
      see(waiting.charAt(i));
    }
    call(waiting.substring(0, end));
    waiting = waiting.substring(end);
    return false;
  }

  private void see(char c) {
    if (escaped) {
      escaped = false;
    } else if (inString && c == '\\') {
      escaped = true;
    } else if (c == '"') {
      inString = !inString;
    }
  }

  private void call(String text) {
    if (!text.isEmpty()) {
      listener.onCall(text, tagged);
    }
  }
}
