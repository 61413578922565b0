package io.maque.server.tools;

import io.maque.chat.AnswerSplitter;
import io.maque.chat.ToolCallFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Reads an answer while it grows: thoughts, text, and calls of the tools of the request, their
 * arguments as they come. A call of something else, or what is no call at all, is text. Belongs to
 * one answer; a whole answer is read by the same way.
 */
public final class AnswerReader {
  private final AnswerSplitter splitter;
  private final Parts parts;

  /** Hears what the answer is made of. Calls are numbered from 0. */
  public interface Listener {
    void onReasoning(String text);

    void onText(String text);

    /** A call begins; its arguments follow. */
    void onCall(int index, String name);

    /** More of the JSON text of a call's arguments. */
    void onArguments(int index, String text);
  }

  AnswerReader(
      Set<String> names,
      Optional<ToolCallFormat> format,
      boolean insideReasoning,
      Listener listener) {
    this.parts = new Parts(names, format, listener);
    this.splitter = new AnswerSplitter(format, insideReasoning, parts);
  }

  /** Takes the next piece of the answer's text. */
  public void accept(String text) {
    splitter.accept(text);
  }

  /** The answer is over. */
  public void end() {
    splitter.end();
    parts.endOfAnswer();
  }

  /** How many calls there were so far. */
  public int calls() {
    return parts.calls;
  }

  private static final class Parts implements AnswerSplitter.Listener {
    private final Set<String> names;
    private final Optional<ToolCallFormat> format;
    private final Listener listener;
    private CallReader call;
    private int calls;
    private String begin = "";
    private String end = "";

    /** Whether what stands where a call would is text, already given as such. */
    private boolean refused;

    Parts(Set<String> names, Optional<ToolCallFormat> format, Listener listener) {
      this.names = names;
      this.format = format;
      this.listener = listener;
    }

    @Override
    public void onReasoning(String text) {
      listener.onReasoning(text);
    }

    @Override
    public void onText(String text) {
      listener.onText(text);
    }

    @Override
    public void onCall(String text, boolean tagged) {
      if (refused) {
        listener.onText(text);
        return;
      }
      if (call == null) {
        begin = tagged ? format.orElseThrow().begin() : "";
        end = tagged ? format.orElseThrow().end() : "";
        call = new CallReader(names, format.orElseThrow().argumentsKey(), calls, listener);
      }
      call.accept(text);
      if (call.refused()) {
        refused = true;
        listener.onText(begin + call.text());
      }
    }

    @Override
    public void onCallEnd() {
      endCall();
      if (refused && !end.isEmpty()) {
        listener.onText(end);
      }
      call = null;
      refused = false;
    }

    /** A call that was cut off: its begin is a call if it could be told, and text if not. */
    void endOfAnswer() {
      endCall();
      call = null;
    }

    private void endCall() {
      if (call == null || refused) {
        return;
      }
      if (!call.announced()) {
        refused = true;
        listener.onText(begin + call.text());
        return;
      }
      calls++;
      if (!call.rest().isEmpty()) {
        listener.onText(call.rest());
      }
    }
  }
}
