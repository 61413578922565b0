package io.maque.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.server.http.Json;
import io.maque.server.tools.AnswerReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gathers what an answer is made of until it is sent. Calls are sent whole. */
final class AnswerParts implements AnswerReader.Listener {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thinking = new StringBuilder();
  private final StringBuilder arguments = new StringBuilder();
  private final List<Call> calls = new ArrayList<>();
  private String callee = "";

  /** A call as Ollama writes it: arguments are an object. */
  record Call(Function function) {
    record Function(String name, JsonNode arguments) {}
  }

  /** What came since the part before. */
  record Part(String text, String thinking, List<Call> calls) {
    static final Part EMPTY = new Part("", "", List.of());

    boolean isEmpty() {
      return text.isEmpty() && thinking.isEmpty() && calls.isEmpty();
    }
  }

  @Override
  public void onReasoning(String piece) {
    thinking.append(piece);
  }

  @Override
  public void onText(String piece) {
    endCall();
    text.append(piece);
  }

  @Override
  public void onCall(int index, String name) {
    endCall();
    callee = name;
  }

  @Override
  public void onArguments(int index, String piece) {
    arguments.append(piece);
  }

  /** The answer is over, and so is a call; one that was cut off is shown as the text it is. */
  void endCall() {
    if (callee.isEmpty()) {
      return;
    }
    Optional<JsonNode> whole = Json.parseText(arguments.toString()).filter(JsonNode::isObject);
    if (whole.isPresent()) {
      calls.add(new Call(new Call.Function(callee, whole.get())));
    } else {
      text.append(callee).append(arguments);
    }
    callee = "";
    arguments.setLength(0);
  }

  /** What has come and was not taken. */
  Part take() {
    Part part = new Part(text.toString(), thinking.toString(), List.copyOf(calls));
    text.setLength(0);
    thinking.setLength(0);
    calls.clear();
    return part;
  }
}
